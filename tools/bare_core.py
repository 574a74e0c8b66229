"""Proves on a copy that make check stays green without an app: its folder and its line in APPS are deleted."""

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools.pins import ROOT
from tools.programs import run, show

# Whole programs and PostgreSQL do not depend on the app; `make test-all` tries them with an app of their own.
TESTS = "-m 'not slow' -k 'not postgresql'"
# The variables of this make would point the copy's make to this environment.
APART = {"MAKEFLAGS": "", "MFLAGS": "", "MAKELEVEL": "0", "VENV": ".venv"}


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """The exit status of make check in the copy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("app", help="the app to delete")
    app = parser.parse_args(arguments).app
    if not (root / "src" / "apps" / app).exists():
        print(f"golden-core: there is no app {app}, so make check proves it")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / root.name
        copied(root, copy)
        without(copy, app)
        if (root / ".mypy_cache").exists():
            shutil.copytree(root / ".mypy_cache", copy / ".mypy_cache")
        print(f"golden-core: make check without {app}, in {copy}", flush=True)
        return show(["make", "check", f"PYTHON={sys.executable}", f"ARGS={TESTS}"], APART, copy)


def copied(root: Path, copy: Path) -> None:
    """Copy the files that git does not ignore into a new repository; exits if git cannot list them."""
    listed = run(["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
    if not listed.ok:
        raise SystemExit(f"golden-core: git cannot list the files of {root}: git init && git add --all")
    for name in filter(None, listed.output.split("\0")):
        if (root / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, copy / name)
    run(["git", "init", "--quiet", str(copy)])


def without(copy: Path, app: str) -> None:
    """Delete the app as the README describes it; exits if that takes more than its folder and its line."""
    shutil.rmtree(copy / "src" / "apps" / app)
    register = copy / "src" / "project" / "__init__.py"
    text = register.read_text(encoding="utf-8")
    shorter = re.sub(rf'^ *"{re.escape(app)}",\n', "", text, flags=re.MULTILINE)
    if shorter == text:
        raise SystemExit(f"golden-core: {app} has no line of its own in src/project/__init__.py")
    register.write_text(shorter, encoding="utf-8")
    run(["git", "-C", str(copy), "add", "--all"])
