"""What looks like a pin or a verb and is none, each by the exact words around it and with the reason."""

from dataclasses import dataclass

from tools.parity.tree import Text


@dataclass(frozen=True)
class Other:
    """Words of a file that hold nothing which another file decides."""

    file: str
    words: str
    reason: str


OTHERS = (
    Other(".env.example", "redis://:password@host:6379/0", "how an address is written"),
    Other("deploy/observability/grafana/dashboards/golden-core.json", "histogram_quantile(", "a share of the requests"),
    Other(".pre-commit-config.yaml", "--maxkb=1024", "the largest file that may be committed"),
    Other("Dockerfile", "make openssh-client", "packages of Debian, not a verb"),
    Other("docker-compose.yml", "# From 13.2 on", "why an image stays below it"),
    Other("docs/reliability.md", " | ", "figures and versions of one measurement"),
    Other("docs/speed.md", " | ", "figures of one measurement"),
)


def is_something_else(text: Text, offset: int) -> bool:
    """Whether the line around this character holds declared words."""
    start, end = text.content.rfind("\n", 0, offset) + 1, text.content.find("\n", offset)
    line = text.content[start : end if end >= 0 else None]
    return any(text.path == other.file and other.words in line for other in OTHERS)
