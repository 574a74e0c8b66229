"""Enters another environment of this machine and takes the fingerprint there."""

import shutil
import sys

from tools import engine
from tools.pins import ROOT
from tools.programs import shown

# The image has neither the tools nor pyproject.toml, which is right; they look in from outside.
MOUNTS = [f"--volume={ROOT / name}:/app/{name}:ro" for name in ("pyproject.toml", "tools")]
IMAGE = ["docker", "run", "--rm", *MOUNTS, "--env=PYTHONPATH=/app/src", "--entrypoint=python", "golden-core:local"]
WAYS = {
    "devcontainer": ["docker", "compose", "run", "--rm", "--no-deps", "-T", "dev", "make", "--silent", "fingerprint"],
    "image": [*IMAGE, "-m", "tools", "fingerprint", "--way=image"],
    "nix": ["nix", "develop", "--command", "make", "--silent", "fingerprint"],
}


def taken(way: str) -> int:
    """The exit status of the command, or a sentence why it cannot be given."""
    missing = lacking(way)
    if missing:
        print(f"golden-core: the fingerprint of {way} needs {missing}", file=sys.stderr)
        return 1
    return shown(WAYS[way], folder=ROOT)


def lacking(way: str) -> str:
    """What this machine would need to enter it, or nothing."""
    if way == "nix":
        return "" if shutil.which("nix") else "Nix, and there is no nix here: https://nixos.org/download"
    found = engine.lacking()
    return f"Docker, {found}" if found else ""
