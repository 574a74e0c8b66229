"""The versions of programs, as they print them themselves."""

import re
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.programs import run

SERVERS = {"postgresql": "postgres", "redis": "redis-server"}
NUMBER = re.compile(r"\d+(?:\.\d+)+")


def versions(programs: Mapping[str, str]) -> dict[str, str]:
    """The first number that each prints, or an empty string; started at the same time, because some are slow."""
    with ThreadPoolExecutor() as pool:
        printed = pool.map(lambda program: run([program, "--version"]), programs.values())
    found = [NUMBER.search(each.output) if each.ok else None for each in printed]
    return {name: match[0] if match else "" for name, match in zip(programs, found, strict=True)}


def servers() -> dict[str, str]:
    """Of the servers that the tests can start; Debian keeps PostgreSQL's programs off the search path."""
    debian = ":".join(str(folder) for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))
    return versions(
        {name: shutil.which(each) or shutil.which(each, path=debian) or each for name, each in SERVERS.items()}
    )
