"""Things that no manifest decides, such as an action's commit: whoever says it first decides for all others."""

from dataclasses import dataclass, field

from tools.parity.findings import Claim
from tools.parity.tree import Spot, Text


@dataclass
class Agreement:
    """What has been said so far, and where."""

    said: dict[str, tuple[str, Spot]] = field(default_factory=dict)

    def claim(self, name: str, text: Text, span: tuple[int, int]) -> Claim:
        """The span, compared with the first that spoke of the same name."""
        value, spot = text.content[slice(*span)], text.spot(span[0])
        wanted, other = self.said.setdefault(name, (value, spot))
        if value == wanted:
            return Claim(text, *span)
        return Claim(text, *span, f"{name} is {value!r} here and {wanted!r} there", "write the same in both", other)
