"""What poetry.lock says of a package, and whether an exported marker says the same."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ALWAYS = ""
PLATFORMS = (
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
    {"sys_platform": "cygwin", "platform_system": "CYGWIN", "os_name": "posix"},
    {"sys_platform": "emscripten", "platform_system": "Emscripten", "os_name": "posix"},
)
MACHINES = ("x86_64", "aarch64", "arm64", "AMD64")
PYTHONS = (("CPython", "cpython"), ("PyPy", "pypy"))
ORDINARY = ("3.10.9", "3.11.0", "3.11.9", "3.12.5", "3.13.1", "3.14.0", "3.15.0")


@dataclass(frozen=True)
class Locked:
    """One [[package]] of poetry.lock."""

    name: str
    version: str
    pythons: str
    markers: Mapping[str, str]
    hashes: frozenset[str]

    def belongs_to(self, groups: Sequence[str]) -> bool:
        """At least one of the groups wants it."""
        return any(group in self.markers for group in groups)

    def is_wanted_like(self, marker: str, groups: Sequence[str]) -> bool:
        """Whether an exported marker holds exactly where the lock wants the package; tried out, not read."""
        wishes = tuple(self.markers[group] for group in groups if group in self.markers)
        return agree(marker, self.pythons, wishes)


@cache
def agree(marker: str, pythons: str, wishes: tuple[str, ...]) -> bool:
    """The same answer under all circumstances; most packages share a few markers."""
    tried = circumstances(frozenset(numbers(marker, *wishes)))
    return all(holds(marker, each) == wanted(pythons, wishes, each) for each in tried)


def packages(lock: Mapping[str, object]) -> Iterator[Locked]:
    """Every package of the lock."""
    metadata, entries = lock["metadata"], lock["package"]
    if not isinstance(metadata, dict) or not isinstance(entries, list):
        raise TypeError("poetry.lock has no [metadata] or no [[package]]")
    for entry in entries:
        said = entry.get("markers", ALWAYS)
        markers = {group: said if isinstance(said, str) else said.get(group, ALWAYS) for group in entry["groups"]}
        hashes = frozenset(file["hash"] for file in entry["files"])
        yield Locked(canonicalize_name(entry["name"]), entry["version"], metadata["python-versions"], markers, hashes)


def numbers(*markers: str) -> Iterator[str]:
    """The versions that the markers speak of, and their neighbours on both sides."""
    for number in re.findall(r'"(\d+\.\d+(?:\.\d+)?)"', " ".join(markers)):
        major, minor, patch = (*Version(number).release, 0)[:3]
        yield f"{major}.{minor}.{patch}"
        yield f"{major}.{minor}.{patch + 1}"
        yield f"{major}.{minor}.{patch - 1}" if patch else f"{major}.{minor - 1}.99"


@cache
def circumstances(versions: frozenset[str]) -> tuple[dict[str, str], ...]:
    """Every mixture of Python, platform and machine that the markers can tell apart."""
    return tuple(
        {
            "python_full_version": version,
            "python_version": ".".join(version.split(".")[:2]),
            "platform_python_implementation": python,
            "implementation_name": name,
            "implementation_version": version,
            "platform_machine": machine,
            "platform_release": "",
            "platform_version": "",
            **platform,
        }
        for version, (python, name), platform, machine in product({*ORDINARY, *versions}, PYTHONS, PLATFORMS, MACHINES)
    )


def wanted(pythons: str, wishes: Sequence[str], circumstance: Mapping[str, str]) -> bool:
    """The project supports this Python, and one of the groups asks for the package on it."""
    supported = circumstance["python_full_version"] in SpecifierSet(pythons)
    return supported and any(holds(wish, circumstance) for wish in wishes)


def holds(marker: str, circumstance: Mapping[str, str]) -> bool:
    """Whether a marker is true there."""
    return marker == ALWAYS or parsed(marker).evaluate(dict(circumstance))


@cache
def parsed(marker: str) -> Marker:
    """Few markers, said often."""
    return Marker(marker)
