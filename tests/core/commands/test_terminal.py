"""What clients send never steers a terminal: it is escaped in logs, tables and JSON."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from core.composition import Composition
from core.config import Settings
from core.factory import build_app
from core.jobs.models import JobEvent, Worker
from core.jobs.states import State
from core.observability.logging import logger
from core.testing import JobFactory
from tests.core.commands.conftest import Manage
from tests.core.events import logged
from tests.core.marks import on_sqlite
from tests.core.toy.messages import WriteNote

# ESC, the one-byte CSI, a bell, line ends, a null byte, DEL, a bidi override, an invisible blank, half a character.
STEERING = (
    "\x1b[2J",
    "\x9b2J",
    "\a",
    "\rfake",
    "\nfake",
    "\x00",
    "\x7f",
    "\N{RIGHT-TO-LEFT OVERRIDE}x",
    "\N{ZERO WIDTH SPACE}",
)
STORABLE = "".join(STEERING).replace("\x00", "")
LINE_ENDS = {"\n"}
# JSON does not escape DEL, which terminals ignore.
HARMLESS = {"\x7f"}


def steering_in(text: str) -> set[str]:
    """The characters of a text that a terminal would obey; every line may end."""
    return {character for character in text if not character.isprintable()} - LINE_ENDS


@pytest.fixture
def web(composition: Composition) -> Flask:
    """The project as a Flask object, with a view that fails with what it was sent."""
    built = build_app(composition)

    @built.get("/fail/<text>")
    def fail(text: str) -> str:
        raise RuntimeError(text)

    return built


@on_sqlite
@pytest.mark.parametrize("text", STEERING)
@pytest.mark.parametrize("path", ["/nowhere/", "/fail/"])
def test_a_path_is_escaped_in_the_log(web: Flask, settings: Settings, text: str, path: str) -> None:
    with logged(settings) as lines:
        web.test_client().get(f"{path}{text}", headers={"X-Request-ID": "mine"})
    output = lines()
    assert steering_in(output) == set()
    assert not any(line.startswith("fake") for line in output.splitlines() if "/fail/" not in path)
    assert "request_id=mine" in output


@on_sqlite
def test_values_of_every_type_are_escaped_in_the_log(settings: Settings) -> None:
    class Named:
        def __repr__(self) -> str:
            return STORABLE

    with logged(settings) as lines:
        logger("oven").warning(STORABLE, path=STORABLE, several=[STORABLE], named=Named(), raw=STORABLE.encode())
    (line,) = lines().splitlines()
    assert steering_in(line) == set()
    assert "\\x1b[2J" in line


def test_tables_and_json_of_the_commands_are_escaped(
    manage: Manage, composition: Composition, jobs: JobFactory
) -> None:
    job_id = jobs.enqueue(WriteNote(text=STORABLE))
    claim = jobs.claim(job_id, f"{STORABLE}/1-2")
    jobs.progress(claim, 1, 2, STORABLE)
    now = datetime.now(UTC)
    with composition.extensions.database.transaction() as session:
        session.add(JobEvent(job_id=job_id, at=now, attempt=1, kind="log", text=STORABLE))
        session.add(Worker(name=f"{STORABLE}/1", queues=STORABLE, concurrency=1, started_at=now, seen_at=now))
    jobs.end(claim, State.FAILED)
    for command in (("jobs", "list"), ("jobs", "show", job_id), ("workers",), ("jobs", "watch", job_id)):
        assert steering_in(manage(*command).output) == set()
        assert steering_in(manage(*command, "--json").output) <= HARMLESS


@on_sqlite
def test_a_refusal_of_a_command_is_escaped(manage: Manage) -> None:
    assert steering_in(manage("jobs", "enqueue", "toy.write_note", f'{{"text": "a", "{STORABLE}": 1}}').output) == set()
