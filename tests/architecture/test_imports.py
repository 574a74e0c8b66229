"""Importing does nothing: only project.web and project.worker build anything."""

import json
import os
import subprocess
import sys

import pytest

from tests.architecture.rules import ROOT

pytestmark = pytest.mark.slow

# Alembic runs its files instead of importing them, and so does gunicorn with its settings.
EXECUTED = (
    "project.web",
    "project.worker",
    "core.http.gunicorn",
    ".alembic.env",
    ".migrations.",
    ".__main__",
)

# Runs in a process of its own, where nothing has been imported yet.
WATCH = """
import gc, json, os, pkgutil, stat, sys, threading
from importlib import import_module

EXECUTED = {executed!r}
ACTS = ("socket.connect", "sqlite3.connect", "subprocess.Popen", "os.fork", "os.mkdir", "os.remove", "os.rename")
done = []

def writes(arguments):
    return isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)

def watch(event, arguments):
    said = f"{{event}} {{arguments[:2]}}"
    if "coverage" not in said and "/dev/null" not in said:
        if event in ACTS or event == "open" and writes(arguments):
            done.append(said)

def modules():
    for root in ("project", "apps", "core", "tools"):
        yield root
        for found in pkgutil.walk_packages(import_module(root).__path__, root + "."):
            if not any(part in found.name for part in EXECUTED) and ".tests" not in found.name:
                yield found.name

sys.addaudithook(watch)
names = [name for name in modules() if import_module(name)]
def is_socket(number):
    return os.path.exists(f"/dev/fd/{{number}}") and stat.S_ISSOCK(os.fstat(number).st_mode)

LIVE = (("celery", "Celery"), ("flask", "Flask"), ("redis", "Redis"), ("sqlalchemy", "Engine"))
live = tuple(getattr(sys.modules[module], name) for module, name in LIVE if module in sys.modules)
# By type, for a proxy asked with isinstance builds what it stands for.
built = [repr(thing) for thing in gc.get_objects() if issubclass(type(thing), live)]
sockets = [f"socket {{number}}" for number in range(3, 256) if is_socket(number)]
threads = [thread.name for thread in threading.enumerate()[1:]]
print(json.dumps({{"names": names, "effects": done + built + sockets + threads}}))
"""


def test_importing_opens_and_builds_nothing() -> None:
    """No connection, file, process, thread, Flask, Celery, engine or client comes from an import."""
    settings = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    script = WATCH.format(executed=EXECUTED)
    said = subprocess.run([sys.executable, "-c", script], env=settings, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    report = json.loads(said.stdout)
    assert report["effects"] == []
    assert {"core.factory", "core.broker.celery", "project"} <= set(report["names"])


def test_the_watch_sees_what_an_import_does() -> None:
    """The same watch, over code that opens and builds."""
    everything = "names = [name for name in modules() if import_module(name)]"
    assert everything in WATCH
    script = WATCH.format(executed=EXECUTED).replace(everything, PLANTED)
    said = subprocess.check_output([sys.executable, "-c", script], text=True)
    effects = str(json.loads(said)["effects"])
    assert all(word in effects for word in ("sqlite3.connect", "Flask", "thread of the planted"))


PLANTED = """
import flask, sqlite3
names = [sqlite3.connect(":memory:") and "planted"]
kept = flask.Flask("planted")
threading.Thread(target=threading.Event().wait, name="thread of the planted", daemon=True).start()
"""
