#!/usr/bin/env python3
"""The entry point for people: `manage.py --help` lists its commands. It runs in the project's environment by itself."""

import os
import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
SOURCE = str(ROOT / "src")
# Set for the process that replaces this one, so that it is replaced once.
AGAIN = "GOLDEN_CORE_STARTED_AGAIN"
is_again = os.environ.pop(AGAIN, "")


def start_again_in_environment() -> None:
    """Replace this process by the same command with the Python of `make setup`, if that is another one."""
    python = ROOT / (os.environ.get("VENV") or ".venv") / "bin" / "python"
    if not is_again and Path(sys.prefix) != python.parents[1] and python.exists():
        os.environ[AGAIN] = "1"
        os.execv(str(python), [str(python), *sys.argv])


sys.path.insert(0, SOURCE)
os.environ["PYTHONPATH"] = SOURCE

# Health checks run every few seconds, so they do not import the service.
if sys.argv[1:2] == ["liveness"] and not {"-h", "--help"} & set(sys.argv):
    from core.observability.liveness import main

    sys.exit(main(sys.argv[2:]))

# The tools of the environment work before it is made. The image does not contain them.
if sys.argv[1:2] == ["startapp"]:
    start_again_in_environment()
if sys.argv[1:2] in (["doctor"], ["fingerprint"], ["parity"], ["startapp"]):
    runpy.run_module("tools", run_name="__main__", alter_sys=True)

try:
    from core.commands import build_commands
    from project import APPS
except (ImportError, SyntaxError, TypeError) as error:
    start_again_in_environment()
    if not isinstance(error, ModuleNotFoundError):
        raise
    sys.exit(f"{error.name} is not installed in {sys.prefix}: run `make setup` first")

if __name__ == "__main__":
    manage = build_commands(APPS)
    manage.epilog = "Also: startapp makes a new app, doctor examines the machine. make help lists all verbs."
    manage()
