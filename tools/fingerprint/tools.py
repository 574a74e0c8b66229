"""The programs that the verbs call, and the servers, by the version that each says of itself."""

import re
import shutil
import sysconfig
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.programs import run

# From the environment itself: these are programs of their own, so their files say more than their metadata.
LOCKED = ("hadolint", "mypy", "ruff", "shellcheck", "taplo", "uv")
# From the machine, or from whatever made the environment.
MACHINE = ("bash", "git", "make")
SERVICES = {"postgresql": "postgres", "redis": "redis-server"}
NUMBER = re.compile(r"\d+(?:\.\d+)+")


def tools() -> dict[str, str]:
    """Versions; empty for what is missing."""
    folder = Path(sysconfig.get_path("scripts"))
    locked = {name: str(folder / name) for name in LOCKED}
    return versions({**locked, **{name: shutil.which(name) or name for name in MACHINE}})


def services() -> dict[str, str]:
    """The servers that the tests can start here."""
    return versions({name: server(program) for name, program in SERVICES.items()})


def server(program: str) -> str:
    """Debian keeps PostgreSQL's programs off the path."""
    kept = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    return shutil.which(program) or (str(kept[-1]) if kept else program)


def versions(programs: Mapping[str, str]) -> dict[str, str]:
    """All are asked at once: some take their time."""
    with ThreadPoolExecutor() as pool:
        return dict(zip(programs, pool.map(version, programs.values()), strict=True))


def version(program: str) -> str:
    """The first number that it prints."""
    said = run([program, "--version"])
    match = NUMBER.search(said.output) if said.well else None
    return match[0] if match else ""
