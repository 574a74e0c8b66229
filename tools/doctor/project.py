"""What of the project itself may have to be mended before the verbs work."""

import shutil
import tomllib

from tools.content_hash import content_hash
from tools.doctor.findings import Finding, ok
from tools.doctor.machine import PAGES, Subject
from tools.doctor.mending import installing
from tools.parity.compare import compare
from tools.parity.lock import HASH
from tools.parity.tree import read
from tools.programs import run
from tools.run import is_fresh


def environment(subject: Subject) -> Finding:
    """Made from the lock as it is now, and able to run what it holds."""
    folder = subject.environment
    if not (folder / "bin" / "python").exists():
        return Finding("environment", "note", f"{folder.name} is not made yet; every verb makes it", "", "make setup")
    if not is_fresh(folder):
        return Finding("environment", "note", f"{folder.name} is older than the lock", "hooks", "make setup")
    if not run([str(folder / "bin" / "ruff"), "--version"]).well:
        # Programs of the lock are built for ordinary Linux, whose loader NixOS lacks.
        found = "its programs do not start; NixOS needs programs.nix-ld.enable = true"
        return Finding("environment", "wrong", found, "all", "make clean setup")
    return ok("environment", f"{folder.name} is as the lock says")


def lock(subject: Subject) -> Finding:
    """Resolved from pyproject.toml as it is now."""
    manifest = tomllib.loads((subject.root / "pyproject.toml").read_text(encoding="utf-8"))
    locked = HASH.search((subject.root / "poetry.lock").read_text(encoding="utf-8"))
    if locked and locked["hash"] == content_hash(manifest):
        return ok("lock", "poetry.lock is that of pyproject.toml")
    return Finding("lock", "wrong", "poetry.lock is older than pyproject.toml", "check", "make lock")


def parity(subject: Subject) -> Finding:
    """What every file repeats is the same."""
    claims, found = compare(read(subject.root))
    if not found:
        return ok("parity", f"{len(claims)} places agree")
    return Finding("parity", "wrong", f"{found[0].spot}: {found[0].said}", "check", "make parity")


def hooks(subject: Subject) -> Finding:
    """Whether git runs the quick checks before each commit."""
    if shutil.which("git") is None:
        mend = installing({"": "git"}, PAGES["git"])
        return Finding("hooks", "note", "there is no git to run them", "", mend)
    asked = run(["git", "-C", str(subject.root), "rev-parse", "--git-path", "hooks/pre-commit"])
    if not asked.well and (subject.root / ".git").exists():
        return Finding("hooks", "note", "git cannot read this repository", "", f"git -C {subject.root} status")
    if not asked.well:
        return ok("hooks", "not in a git repository")
    if (subject.root / asked.output.strip()).exists():
        return ok("hooks", "git runs them before each commit")
    return Finding("hooks", "note", "git does not run them", "", "make hooks")
