"""The commands that mend a machine, in the words of its own system."""

import shutil
import sys
from collections.abc import Mapping

MANAGERS = {
    "apt-get": "sudo apt-get install",
    "dnf": "sudo dnf install",
    "pacman": "sudo pacman --sync",
    "apk": "sudo apk add",
    "brew": "brew install",
}


def installing(names: Mapping[str, str], page: str) -> str:
    """How packages are installed here, by manager, the empty one stands for all others; else where to read of it."""
    manager = next((each for each in MANAGERS if shutil.which(each)), "")
    wanted = names.get(manager, names.get("", ""))
    return f"{MANAGERS[manager]} {wanted}" if manager and wanted else page


def starting_docker() -> str:
    """How the engine is started here."""
    if sys.platform == "darwin":
        return "open -a Docker"
    return "sudo systemctl start docker" if shutil.which("systemctl") else "sudo service docker start"
