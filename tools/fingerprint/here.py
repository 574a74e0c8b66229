"""The fingerprint of the environment that runs this."""

import codecs
import locale
import os
import platform
import sys
import time
from pathlib import Path

from tools.fingerprint.packages import distributions
from tools.fingerprint.tools import services, tools
from tools.pins import ROOT

Fingerprint = dict[str, object]
# What a container's engine leaves behind in it.
CONTAINER = (Path("/.dockerenv"), Path("/run/.containerenv"))
WORKSPACE = Path("/workspace")


def taken(way: str) -> Fingerprint:
    """Everything that could make two runs of the same verb differ, and nothing that names this machine."""
    found, serving = tools(), services()
    return {
        "way": way,
        "interpreter": interpreter(),
        "system": system(),
        "encoding": codecs.lookup(locale.getpreferredencoding(do_setlocale=False)).name,
        "timezone": {"names": list(time.tzname), "offset": -time.timezone},
        "distributions": distributions(),
        "tools": {name: version for name, version in found.items() if version},
        "services": {name: version for name, version in serving.items() if version},
        "missing": sorted(name for name, version in {**found, **serving}.items() if not version),
    }


def interpreter() -> dict[str, str]:
    """The Python itself."""
    return {
        "implementation": sys.implementation.name,
        "version": platform.python_version(),
        "abi": f"{sys.implementation.cache_tag}{sys.abiflags}",
        "optimize": str(sys.flags.optimize),
    }


def system() -> dict[str, str]:
    """What wheels are chosen by."""
    library, version = platform.libc_ver()
    return {"platform": sys.platform, "machine": platform.machine(), "libc": library, "libc version": version}


def way() -> str:
    """By which of the ways in this environment was made, as far as it shows."""
    if "IN_NIX_SHELL" in os.environ:
        return "nix"
    is_container = any(mark.exists() for mark in CONTAINER)
    return "devcontainer" if is_container and ROOT == WORKSPACE else "bare"
