"""Proves on a copy that everything stays green when an app's folder and its line in the list of apps are deleted."""

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from environment.pins import ROOT
from environment.programs import run, shown

# What a running make hands down would point the copy's make at this environment.
APART = {"MAKEFLAGS": "", "MFLAGS": "", "MAKELEVEL": "0", "VENV": ".venv"}


def main(arguments: Sequence[str]) -> int:
    """The exit status of make check in the copy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("app", help="the app to delete")
    app = parser.parse_args(arguments).app
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / ROOT.name
        copied(copy)
        without(copy, app)
        run(["git", "init", "--quiet", str(copy)])
        run(["git", "-C", str(copy), "add", "--all"])
        print(f"golden-core: make check without {app}, in {copy}", flush=True)
        return shown(["make", "check", f"PYTHON={sys.executable}"], APART, copy)


def copied(copy: Path) -> None:
    """The files that git knows, as they are now."""
    listed = run(["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
    for name in filter(None, listed.output.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)


def without(copy: Path, app: str) -> None:
    """What the README tells people to do with the example."""
    shutil.rmtree(copy / "src" / "apps" / app)
    register = copy / "src" / "project" / "__init__.py"
    text = register.read_text(encoding="utf-8")
    shorter = re.sub(rf'^ *"{re.escape(app)}",\n', "", text, flags=re.MULTILINE)
    if shorter == text:
        raise SystemExit(f"{app} has no line of its own in src/project/__init__.py")
    register.write_text(shorter, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
