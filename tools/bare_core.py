"""Proves on a copy that everything stays green when an app's folder and its line in the list of apps are deleted."""

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools.pins import ROOT
from tools.programs import run, shown

# The tools are the same with and without an app, and what they say of this copy make check asks them itself; nor does
# a second database notice that an app is gone, or a browser, which looks at an app of its own.
TESTS = "--ignore=tests/tools --ignore=tests/core/browser -k 'not postgresql'"
# What a running make hands down would point the copy's make at this environment.
APART = {"MAKEFLAGS": "", "MFLAGS": "", "MAKELEVEL": "0", "VENV": ".venv"}


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """The exit status of make check in the copy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("app", help="the app to delete")
    app = parser.parse_args(arguments).app
    if not (root / "src" / "apps" / app).exists():
        print(f"golden-core: there is no app {app}; make check proves the rest")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / root.name
        copied(root, copy)
        without(copy, app)
        spared(root, copy)
        print(f"golden-core: make check without {app}, in {copy}", flush=True)
        return shown(["make", "check", f"PYTHON={sys.executable}", f"ARGS={TESTS}"], APART, copy)


def copied(root: Path, copy: Path) -> None:
    """The files that git knows, as they are now, in a repository of their own."""
    listed = run(["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
    for name in filter(None, listed.output.split("\0")):
        if (root / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, copy / name)
    run(["git", "init", "--quiet", str(copy)])


def spared(root: Path, copy: Path) -> None:
    """What mypy knows of the rest of the project need not be found out again."""
    if (root / ".mypy_cache").exists():
        shutil.copytree(root / ".mypy_cache", copy / ".mypy_cache")


def without(copy: Path, app: str) -> None:
    """What the README tells people to do with the example; git shall see the result."""
    shutil.rmtree(copy / "src" / "apps" / app)
    register = copy / "src" / "project" / "__init__.py"
    text = register.read_text(encoding="utf-8")
    shorter = re.sub(rf'^ *"{re.escape(app)}",\n', "", text, flags=re.MULTILINE)
    if shorter == text:
        raise SystemExit(f"golden-core: {app} has no line of its own in src/project/__init__.py")
    register.write_text(shorter, encoding="utf-8")
    run(["git", "-C", str(copy), "add", "--all"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
