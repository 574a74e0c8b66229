"""How documents, comments and scripts speak of versions and ports."""

from environment.parity.places import Place

SPAN = r"(?:\s+to\s+|\s*[-\u2013\u2014]\s*)"


def everywhere(pattern: str) -> Place:
    """In any file, and perhaps in none."""
    return Place("", pattern, least=0)


DOCUMENTS = (
    everywhere(rf"\b[Pp]ython (?P<lowest>3\.\d+)(?: or newer|\+|{SPAN}(?P<highest>3\.\d+))"),
    everywhere(r"\b[Pp]ython (?:≥|>=) ?(?P<lowest>3\.\d+)"),
    everywhere(r"\bpython-?(?P<each>3\.\d+)\b"),
    everywhere(r"\bpy(?P<each_digits>3\d+)\b"),
    everywhere(r"\b[Rr]edis (?P<redis>\d+)\b"),
    everywhere(r"\bPostgre(?:SQL|s) (?P<postgresql>\d+)\b"),
    everywhere(r"\bPoetry (?P<poetry>\d[\d.]*\d)\b"),
    everywhere(r"\b(?:NixOS|nixpkgs|nixos)[- ](?P<nixpkgs>\d\d\.\d\d)\b"),
    everywhere(r"\b(?:localhost|127\.0\.0\.1):(?P<port>\d+)"),
    everywhere(r"\bPORT=(?P<port>\d+)"),
    everywhere(r"\bMATRIX_ABSENT\}?[-=:\"' ]+(?P<each>3\.\d+)"),
)
