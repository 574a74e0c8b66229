"""Where a fact is repeated: a pattern in a file, whose named groups are the names of facts."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from tools.parity.facts import Fact, Facts
from tools.parity.findings import Claim, Finding, Found, differs
from tools.parity.tree import Spot, Text, Tree


@dataclass(frozen=True)
class Place:
    """One way in which files repeat facts."""

    # Empty: every file that people write.
    files: str
    pattern: str
    # Only there: a list, a section.
    within: str = ""
    # All that the fact has, each once, in each file.
    complete: bool = False
    # How often it must be found at least: what nobody finds any more, nobody compares any more.
    least: int = 1


Value = tuple[Fact, Claim]


def of_places(places: Sequence[Place], tree: Tree, facts: Facts) -> Iterator[Found]:
    """Every value that is repeated, compared."""
    for place in places:
        yield from of_place(place, tree, facts)


def of_place(place: Place, tree: Tree, facts: Facts) -> Iterator[Found]:
    """One row of the table."""
    count = 0
    for text in tree.matching(place.files) if place.files else tree.written:
        values = list(in_text(place, text, facts))
        count += len(values)
        yield from completed(values) if place.complete else (claim for _, claim in values)
    if count < place.least:
        yield lost(place, tree)


def in_text(place: Place, text: Text, facts: Facts) -> Iterator[Value]:
    """The values in one file; a fact that stands twice in one pattern is told apart by a number."""
    for group, start, end in spans(place, text):
        fact = facts.get(group.rstrip("0123456789").replace("_", " "))
        if fact:
            yield fact, judged(fact, Claim(text, start, end))


@cache
def spans(place: Place, text: Text) -> tuple[tuple[str, int, int], ...]:
    """The groups that match in one file, and where."""
    pattern = re.compile(place.pattern, re.MULTILINE)
    matches = [match for region in regions(place, text) for match in pattern.finditer(text.content, *region)]
    return tuple((group, *match.span(group)) for match in matches for group in match.groupdict() if match[group])


def regions(place: Place, text: Text) -> list[tuple[int, int]]:
    """Where in the file to look."""
    if not place.within:
        return [(0, len(text.content))]
    return [match.span() for match in re.finditer(place.within, text.content, re.MULTILINE)]


def judged(fact: Fact, claim: Claim) -> Claim:
    """The value against the fact."""
    if claim.value in fact.values:
        return claim
    said, mend = differs(fact.name, claim.value, str(fact), fact.spot)
    return replace(claim, said=said, mend=mend, other=fact.spot)


def completed(values: list[Value]) -> Iterator[Found]:
    """A list of all that the fact has: which is twice, and which is missing."""
    counts = Counter(claim.value for _, claim in values)
    missing = [value for fact, _ in values[:1] for value in fact.values if value not in counts]
    for fact, claim in values:
        twice = counts[claim.value] > 1 and not claim.said
        said, mend = (
            f"{fact.name} {claim.value} stands here more than once",
            f"name each of {', '.join(fact.values)} once",
        )
        yield replace(claim, said=said, mend=mend, other=fact.spot) if twice else claim
    if missing:
        fact, first = values[0]
        said = f"{fact.name} {', '.join(missing)} is missing here"
        yield Finding(first.text.spot(first.start), said, f"add it, or take it out of {fact.spot}", fact.spot)


def lost(place: Place, tree: Tree) -> Finding:
    """A declared pin that is gone, with its file perhaps."""
    here = list(tree.matching(place.files))
    said = "no longer says what is declared of it" if here else "is missing"
    mend = "bring it back, or change tools/parity/declared"
    return Finding(Spot(place.files, 1), f"{said}: {place.pattern}", mend)
