"""The facts: each decided in one place, and known here by its value and that place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tools.parity.findings import Claim, Finding, Found
from tools.parity.tree import Spot, Text, Tree

MANIFEST = "pyproject.toml"
SECTION = re.compile(r"^\[tool\.environment\]$(.*?)(?=^\[|\Z)", re.MULTILINE | re.DOTALL)
ENTRY = re.compile(r"^([a-z-]+)\s*=\s*(\[.*?\]|[^\n#]+)", re.MULTILINE | re.DOTALL)
VALUE = re.compile(r"""["']([^"']+)["']""")
NEEDED = (
    *("python", "python-matrix", "poetry", "redis", "postgresql", "prometheus", "grafana", "jaeger"),
    *("debian", "nixpkgs", "uid"),
)
# What other files decide: the name, the file, and a pattern around the one value.
ELSEWHERE = (
    ("version", MANIFEST, r"""^version\s*=\s*["']([^"']+)["']"""),
    ("port", "src/core/config.py", r"^    port: int = Field\((\d+)"),
    ("port of otlp", "src/core/config.py", r"http://collector:(\d+)"),
    ("port of postgres", "docker-compose.yml", r"@postgres:(\d+)/"),
    ("port of redis", "docker-compose.yml", r"@redis:(\d+)/"),
    ("port of prometheus", "docker-compose.yml", r"\$\{COMPOSE_PROMETHEUS_PORT:-\d+\}:(\d+)"),
    ("port of grafana", "docker-compose.yml", r"\$\{COMPOSE_GRAFANA_PORT:-\d+\}:(\d+)"),
    ("port of jaeger", "docker-compose.yml", r"\$\{COMPOSE_JAEGER_PORT:-\d+\}:(\d+)"),
    ("uid of the host", "Dockerfile", r"^ARG UID=(\d+)"),
    ("user", "Dockerfile", r"--shell /bin/bash (\w+)$"),
    ("workspace", "Dockerfile", r"^WORKDIR (\S+)(?![\s\S]*^WORKDIR)"),
    ("venv", "Dockerfile", r"\bVENV=(\S+)"),
    ("probe interval", "Dockerfile", r"^HEALTHCHECK .*--interval=(\d+)s"),
    ("probe timeout", "Dockerfile", r"^HEALTHCHECK .*--timeout=(\d+)s"),
    ("probe retries", "Dockerfile", r"^HEALTHCHECK .*--retries=(\d+)"),
    ("grace", "src/core/config.py", r"^    stop_grace: Seconds = Field\((\d+)"),
    ("grace of the engine", "docker-compose.yml", r"stop_grace_period\s*:\s*[\"']?(\d+)s\$\{STOP_GRACE"),
    ("secret characters", "src/core/production.py", r"^SECRET_CHARACTERS = (\d+)"),
    ("line length", MANIFEST, r"^line-length\s*=\s*(\d+)"),
    ("complexity", MANIFEST, r"^max-complexity\s*=\s*(\d+)"),
    ("lines of a file", "tests/architecture/rules.py", r"^LINES_OF_A_FILE = (\d+)"),
    ("lines of a function", "tests/architecture/rules.py", r"^LINES_OF_A_FUNCTION = (\d+)"),
)
# Of these a file decides several, and any of them may be named.
SEVERAL = (
    ("stage", "Dockerfile", r"^FROM \S+ AS (\w+)$"),
    (
        "service",
        "docker-compose.yml",
        r"^ +(?!healthcheck\b)(\w+):\s*(?:#.*)?\n(?:\s*(?:#.*)?\n)*\s+(?:<<: \*|profiles)",
    ),
)


@dataclass(frozen=True)
class Fact:
    """One thing that other files repeat; more than one value where any of them may stand."""

    name: str
    values: tuple[str, ...]
    spot: Spot

    def __str__(self) -> str:
        return " or ".join(self.values)


Facts = dict[str, Fact]


def collect(tree: Tree) -> tuple[Facts, list[Found]]:
    """Every fact, and the spans that decide them; what cannot be read is a finding."""
    found = list(decisions(tree))
    facts: Facts = {}
    for name, claims in grouped(found).items():
        facts[name] = Fact(name, tuple(claim.value for claim in claims), claims[0].text.spot(claims[0].start))
    needed = {**dict.fromkeys(NEEDED, MANIFEST), **{name: file for name, file, _ in (*ELSEWHERE, *SEVERAL)}}
    absent = [undecided(name, file) for name, file in needed.items() if name not in facts]
    return derived(facts), [*(claim for _, claim in found), *absent]


def undecided(name: str, file: str) -> Finding:
    """Nothing can be compared with it."""
    return Finding(Spot(file, 1), f"nothing decides the {name} any more", "write it again, or mend facts.py of parity")


def decisions(tree: Tree) -> Iterator[tuple[str, Claim]]:
    """The manifest's entries, and what other files decide."""
    for text in tree.matching(MANIFEST):
        for section in SECTION.finditer(text.content):
            yield from entries(text, section)
    for name, file, pattern in (*ELSEWHERE, *SEVERAL):
        for text in tree.matching(file):
            spans = matches(pattern, text)
            several = any(name == other for other, _, _ in SEVERAL)
            yield from ((name, Claim(text, *span)) for span in (spans if several else spans[:1]))


@cache
def matches(pattern: str, text: Text) -> tuple[tuple[int, int], ...]:
    """Where a file decides it."""
    return tuple(match.span(1) for match in re.finditer(pattern, text.content, re.MULTILINE))


def entries(text: Text, section: re.Match[str]) -> Iterator[tuple[str, Claim]]:
    """Each value with its key's name."""
    for entry in ENTRY.finditer(text.content, *section.span(1)):
        for value in VALUE.finditer(text.content, *entry.span(2)):
            yield entry[1], Claim(text, *value.span(1))


def grouped(found: list[tuple[str, Claim]]) -> dict[str, list[Claim]]:
    """The claims of each name, in their order."""
    names = dict.fromkeys(name for name, _ in found)
    return {name: [claim for other, claim in found if other == name] for name in names}


def derived(facts: Facts) -> Facts:
    """What follows from the matrix, and the ways in which tools write a version."""
    matrix, python = facts.get("python-matrix"), facts.get("python")
    facts = {**facts, **whole_grace(facts)}
    if not matrix or not python:
        return facts
    more = {
        "python": python.values,
        "each": matrix.values,
        "other": tuple(version for version in matrix.values if version not in python.values),
        "lowest": matrix.values[:1],
        "highest": matrix.values[-1:],
        "beyond": (after(matrix.values[-1]),),
    }
    known = {name: Fact(name, values, (python if name == "python" else matrix).spot) for name, values in more.items()}
    short = {f"{name} digits": Fact(name, tuple(map(digits, fact.values)), fact.spot) for name, fact in known.items()}
    return {**facts, **known, **short}


def whole_grace(facts: Facts) -> Facts:
    """What an engine gives before it kills: the process's own time and the engine's."""
    own, more = facts.get("grace"), facts.get("grace of the engine")
    if not own or not more:
        return {}
    whole = str(int(own.values[0]) + int(more.values[0]))
    return {"whole grace": Fact("whole grace", (whole,), more.spot)}


def after(version: str) -> str:
    """The first Python that is not supported yet."""
    major, _, minor = version.partition(".")
    return f"{major}.{int(minor) + 1}" if minor.isdigit() else version


def digits(version: str) -> str:
    """How tox, ruff and Nix write it."""
    return version.replace(".", "")
