"""Prints what this environment is, as JSON: interpreter, C library, locale, packages with hashes, tools, servers."""

import argparse
import codecs
import csv
import hashlib
import json
import locale
import os
import platform
import re
import sys
import sysconfig
import time
from collections.abc import Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path

from tools.pins import ROOT
from tools.programs import show
from tools.versions import servers, versions

EPILOG = """\
make fingerprint > A.json; in another environment make fingerprint > B.json; make fingerprint-compare A=A.json B=B.json.
It contains no host, user, path or setting of this machine.
"""
# The image contains neither the tools nor pyproject.toml, so they are mounted.
MOUNTS = [f"--volume={ROOT / name}:/app/{name}:ro" for name in ("pyproject.toml", "tools")]
IMAGE = ["docker", "run", "--rm", *MOUNTS, "--env=PYTHONPATH=/app/src", "--entrypoint=python", "golden-core:local"]
ELSEWHERE = {
    "devcontainer": ["docker", "compose", "run", "--rm", "--no-deps", "-T", "dev", "make", "--silent", "fingerprint"],
    "image": [*IMAGE, "-m", "tools", "fingerprint", "--way=image"],
    "nix": ["nix", "develop", "--command", "make", "--silent", "fingerprint"],
}
# Programs from the lock, whose metadata says less than they do, and programs of the machine.
LOCKED = ("hadolint", "mypy", "ruff", "shellcheck", "taplo", "uv")
MACHINE = ("bash", "git", "make")
# Written by the installer: they are no part of the wheel.
MARKS = ("INSTALLER", "REQUESTED", "RECORD", "direct_url.json", "uv_cache.json")


def main(arguments: Sequence[str]) -> int:
    """Of the environment that runs this, or of another one on this machine."""
    parser = argparse.ArgumentParser(description=__doc__, epilog=EPILOG)
    parser.add_argument("--of", choices=sorted(ELSEWHERE), help="enter this environment and print its fingerprint")
    parser.add_argument("--way", default=way(), help="how this environment was made; detected by default")
    options = parser.parse_args(arguments)
    if options.of:
        return show(ELSEWHERE[options.of], folder=ROOT)
    print(json.dumps(fingerprint(options.way), indent=2, sort_keys=True))
    return 0


def way() -> str:
    """How this environment was made, as far as that can be detected."""
    if "IN_NIX_SHELL" in os.environ:
        return "nix"
    is_container = Path("/.dockerenv").exists() or Path("/run/.containerenv").exists()
    return "devcontainer" if is_container and Path("/workspace") == ROOT else "bare"


def fingerprint(name: str) -> dict[str, object]:
    """Everything that can make the same verb behave differently."""
    scripts, (library, release) = Path(sysconfig.get_path("scripts")), platform.libc_ver()
    tools = versions({each: str(scripts / each) for each in LOCKED} | dict(zip(MACHINE, MACHINE, strict=True)))
    services = servers()
    return {
        "way": name,
        "interpreter": f"{sys.implementation.cache_tag}{sys.abiflags} -O{sys.flags.optimize}",
        "interpreter release": platform.python_version(),
        "system": f"{sys.platform} {library}",
        "machine": platform.machine(),
        "libc release": release,
        "encoding": codecs.lookup(locale.getpreferredencoding(do_setlocale=False)).name,
        "timezone": f"{' '.join(time.tzname)} {-time.timezone}",
        "distributions": dict(described(each) for each in distributions()),
        "tools": {each: version for each, version in tools.items() if version},
        "servers": {each: version for each, version in services.items() if version},
        "missing": sorted(each for each, version in (tools | services).items() if not version),
    }


def described(distribution: Distribution) -> tuple[str, str]:
    """Its name, and its version with a digest that is the same for the same wheel, whatever installed it."""
    rows = csv.reader((distribution.read_text("RECORD") or "").splitlines())
    # Scripts are left out: their first line names the interpreter.
    files = [(path, value) for path, value, *_ in rows if value and not path.startswith("../")]
    lines = sorted(f"{path} {value}" for path, value in files if Path(path).name not in MARKS)
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16] if lines else "without files"
    return re.sub(r"[-_.]+", "-", distribution.metadata["Name"]).lower(), f"{distribution.version} {digest}"
