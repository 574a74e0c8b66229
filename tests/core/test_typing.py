"""Declarations that do not fit together do not type-check: mypy refuses each planted one."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.rules import ROOT

pytestmark = pytest.mark.slow

ERROR = re.compile(r"planted_(\w+)\.py:\d+: error: .*\[([a-z-]+)\]")
HEAD = """
from collections.abc import Sequence
from uuid import UUID
from flask import Response
from pydantic import BaseModel
from core.app import App
from core.config import Section, Settings
from core.jobs.messages import Every, Message
from core.http.resources import Resource, Routes, body, responds, if_match, no_content, query, reply
from core.worker.context import JobContext
from core.worker.tasks import Task, on
from core.unit_of_work import UnitOfWork

class Ovens:
    def __init__(self, unit: UnitOfWork) -> None: ...
    def bake(self, loaves: int) -> None: ...

class Lamps:
    def __init__(self, unit: UnitOfWork) -> None: ...

class Bake(Message):
    wire_name = "ovens.bake"
    loaves: int

class Light(Message):
    wire_name = "lamps.light"

class Loaf(BaseModel):
    grams: int

ovens: Routes[Ovens] = Routes("ovens", "Ovens")
lamps: Routes[Lamps] = Routes("lamps", "Lamps")

def bake(service: Ovens, message: Bake, job: JobContext) -> None:
    service.bake(message.loaves)

def light(service: Lamps, message: Light, job: JobContext) -> None: ...
"""

SOUND = """
@ovens("/bread")
class Bread(Resource[Ovens]):
    @responds(Loaf)
    @body(Loaf)
    def post(self, loaf: Loaf) -> Response:
        self.service.bake(loaf.grams)
        return reply(loaf)

app = App("ovens", open_service=Ovens, routes=ovens, tasks=(on(Bake, bake),), schedule=(Every("* * * * *", Light()),))
"""

# The code, and the error code of mypy.
PLANTED = {
    "a_resource_of_another_service": (
        """
@ovens("/lamps")
class Bread(Resource[Lamps]):
    pass
""",
        "arg-type",
    ),
    "routes_of_another_service": ('App("ovens", open_service=Ovens, routes=lamps)', "arg-type"),
    "a_task_of_another_service": ('App("ovens", open_service=Ovens, tasks=(on(Light, light),))', "arg-type"),
    "a_message_of_another_handler": ("on(Light, bake)", "arg-type"),
    "a_service_that_is_not_opened_on_a_unit": (
        """
def open_ovens(settings: Settings) -> Ovens: ...
App("ovens", open_service=open_ovens)
""",
        "arg-type",
    ),
    "a_handler_that_returns_no_model": (
        """
def count(service: Ovens, message: Bake, job: JobContext) -> int:
    return 1
on(Bake, count)
""",
        "arg-type",
    ),
    "a_body_of_another_model": (
        """
class Bread(Resource[Ovens]):
    @body(Loaf)
    def post(self, loaf: Bake) -> Response:
        return no_content()
""",
        "arg-type",
    ),
    "a_query_that_the_method_does_not_take": (
        """
class Bread(Resource[Ovens]):
    @query(Loaf)
    def get(self) -> Response:
        return no_content()
""",
        "arg-type",
    ),
    "a_version_as_text": (
        """
class Bread(Resource[Ovens]):
    @if_match
    def put(self, version: str) -> Response:
        return no_content()
""",
        "arg-type",
    ),
    "a_method_that_returns_no_response": (
        """
class Bread(Resource[Ovens]):
    @responds(Loaf)
    def get(self) -> Loaf:
        return Loaf(grams=1)
""",
        "type-var",
    ),
    "a_method_that_the_service_lacks": (
        """
class Bread(Resource[Ovens]):
    def get(self) -> Response:
        self.service.light()
        return no_content()
""",
        "attr-defined",
    ),
    "a_reply_that_is_no_model": ('reply({"grams": 1})', "arg-type"),
    "a_message_with_a_wrong_field": ('Bake(loaves="many")', "arg-type"),
    "a_message_with_an_unknown_field": ("Bake(loaves=1, colour=2)", "call-arg"),
    "a_message_that_is_changed": ("Bake(loaves=1).loaves = 2", "misc"),
    "something_else_enqueued": (
        "def ask(unit: UnitOfWork) -> UUID:\n return unit.enqueue(Loaf(grams=1))",
        "arg-type",
    ),
    "settings_of_no_section": ("def read(settings: Settings) -> None:\n    settings.of(Loaf)", "type-var"),
}


def refusals(folder: Path) -> dict[str, str]:
    """The code of mypy's error in each planted file: one run for all of them, with the project's settings."""
    for name, (code, _) in {"sound": (SOUND, ""), **PLANTED}.items():
        (folder / f"planted_{name}.py").write_text(HEAD + code, encoding="utf-8")
    cache = ROOT / ".mypy_cache" / "planted"
    command = [sys.executable, "-m", "mypy", "--follow-imports=silent", f"--cache-dir={cache}", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    return dict(ERROR.findall(done.stdout))


def test_what_does_not_fit_is_refused_and_what_fits_is_accepted(tmp_path: Path) -> None:
    assert refusals(tmp_path) == {name: error for name, (_, error) in PLANTED.items()}
