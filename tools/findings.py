"""What the doctor finds, and how a missing package is installed on this machine."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

State = Literal["ok", "note", "wrong"]
MANAGERS = {
    "apt-get": "sudo apt-get install",
    "dnf": "sudo dnf install",
    "pacman": "sudo pacman --sync",
    "apk": "sudo apk add",
    "brew": "brew install",
}
# For machines without one of these package managers.
PAGES = {
    "docker": "https://docs.docker.com/engine/install/",
    "git": "https://git-scm.com/downloads",
    "make": "https://www.gnu.org/software/make/",
    "postgresql": "https://www.postgresql.org/download/",
    "redis": "https://redis.io/docs/latest/operate/oss_and_stack/install/",
}


class Subject(NamedTuple):
    """What is examined: the project, the folder of its environment, and the configured port."""

    root: Path
    environment: Path
    port: str


class Finding(NamedTuple):
    """The result of one check; if it is not ok, the verbs that fail and the command that fixes it."""

    name: str
    state: State = "ok"
    found: str = ""
    verbs: str = ""
    fix: str = ""


def table(findings: Sequence[Finding]) -> str:
    """For people: one line each, and the fix below it."""
    width = max(len(finding.name) for finding in findings)
    lines = []
    for each in findings:
        verbs = f"  [{each.verbs}]" if each.verbs else ""
        lines.append(f"{each.state:5}  {each.name:{width}}  {each.found}{verbs}")
        lines += [f"{'':5}  {'fix':>{width}}  {each.fix}"] if each.fix else []
    return "\n".join(lines)


def installing(names: Mapping[str, str], page: str) -> str:
    """The command that installs packages here, by manager ("" for all others), or the page that describes it."""
    manager = next((each for each in MANAGERS if shutil.which(each)), "")
    packages = names.get(manager, names.get("", ""))
    return f"{MANAGERS[manager]} {packages}" if manager and packages else page
