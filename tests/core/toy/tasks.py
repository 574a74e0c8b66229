"""The toy's tasks."""

from pathlib import Path
from threading import Event

from celery.exceptions import SoftTimeLimitExceeded
from pydantic import BaseModel

from core.errors import Conflict, Unavailable
from core.jobs.transitions import Cancelled
from core.observability.logging import logger
from core.worker import JobContext, on
from tests.core.toy.messages import Climb, Sweep, WriteMany, WriteNote
from tests.core.toy.service import Notes

log = logger("toy")
PAUSE = Event()


class Written(BaseModel):
    """What a worker wrote."""

    notes: int


ENDS: dict[str, tuple[type[BaseException], str]] = {
    "refuse": (Conflict, "The note may not be"),
    "break": (RuntimeError, "password=hunter2"),
    "be unavailable": (Unavailable, "The dependency is unavailable"),
    "take too long": (SoftTimeLimitExceeded, ""),
    "exit": (SystemExit, "2"),
    "be cancelled": (Cancelled, "a client cancelled it"),
}


def write_note(notes: Notes, message: WriteNote, _job: JobContext) -> Written:
    """Write one note in the transaction that ends the job."""
    log.info("writing", length=len(message.text))
    notes.write(message.text)
    if message.then in ENDS:
        kind, text = ENDS[message.then]
        raise kind(text)
    return Written(notes=1)


def write_many(notes: Notes, message: WriteMany, job: JobContext) -> Written:
    """Write notes in steps, continuing after the last one of an earlier attempt."""
    for number in range(notes.count(), message.count):
        if job.attempt == 1 and number == message.break_after:
            raise Unavailable("The dependency is unavailable")
        notes.write(f"note {number}")
        job.progress(number + 1, message.count, "writing")
    return Written(notes=notes.count())


def climb(_notes: Notes, message: Climb, job: JobContext) -> Written:
    """Report progress at each step; end if the job is cancelled."""
    log.info("climbing", steps=message.steps)
    for step in range(message.steps):
        job.progress(step, message.steps, f"before step {step + 1}")
        while not Path(message.folder, str(step + 1)).exists():
            job.check()
            PAUSE.wait(0.05)
    return Written(notes=message.steps)


def sweep(notes: Notes, _message: Sweep, _job: JobContext) -> None:
    """Remove every note."""
    notes.sweep()


tasks = (on(WriteNote, write_note), on(WriteMany, write_many), on(Climb, climb), on(Sweep, sweep))
