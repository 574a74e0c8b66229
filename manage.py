#!/usr/bin/env python3
"""The one entry for people: `manage.py --help` lists what it can do."""

import os
import runpy
import sys
from pathlib import Path

SOURCE = str(Path(__file__).resolve().parent / "src")
sys.path.insert(0, SOURCE)
os.environ["PYTHONPATH"] = SOURCE

# Health checks ask every few seconds: they are answered before the service is imported.
if sys.argv[1:2] == ["liveness"] and not {"-h", "--help"} & set(sys.argv):
    from core.observability.liveness import main

    sys.exit(main(sys.argv[2:]))

# These are of the environment, so they must work where it is not made; the image has no need of them.
if sys.argv[1:2] in (["doctor"], ["fingerprint"], ["parity"], ["startapp"]):
    runpy.run_module("tools", run_name="__main__", alter_sys=True)

try:
    from core.commands import build_commands
    from project import APPS
except ModuleNotFoundError as error:
    sys.exit(f"{error.name} is not installed in {sys.prefix}: run `make setup`, then .venv/bin/python manage.py")

if __name__ == "__main__":
    manage = build_commands(APPS)
    manage.epilog = "Also: startapp makes a new app, doctor examines the machine. make help lists all verbs."
    manage()
