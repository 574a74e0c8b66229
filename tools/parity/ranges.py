"""Whether a locked version lies in the range that pyproject.toml allows; ranges of plain numbers, as we write them."""

import operator
import re
from collections.abc import Callable
from itertools import zip_longest

CLAUSE = re.compile(r"\s*(>=|<=|==|!=|>|<)\s*(\d+(?:\.\d+)*)\s*")
OPERATORS: dict[str, Callable[[int, int], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


def allows(wanted: str, version: str) -> bool:
    """False as well for a range that is written in another way: it could not be compared."""
    clauses = [CLAUSE.fullmatch(clause) for clause in wanted.split(",")]
    return all(clause is not None and OPERATORS[clause[1]](order(version, clause[2]), 0) for clause in clauses)


def order(one: str, other: str) -> int:
    """Negative, zero or positive, as the first version is older, the same or newer."""
    pairs = zip_longest(numbers(one), numbers(other), fillvalue=0)
    return next((left - right for left, right in pairs if left != right), 0)


def numbers(version: str) -> list[int]:
    """The release of a version, without what follows it."""
    return [int(number) for number in re.findall(r"\d+", re.sub(r"[^\d.].*", "", version))]
