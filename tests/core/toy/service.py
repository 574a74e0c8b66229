"""The use cases of notes."""

from sqlalchemy import delete, func, select

from core.errors import Invalid, Violation
from core.jobs import JobView
from core.unit_of_work import UnitOfWork
from tests.core.toy.config import ToySettings
from tests.core.toy.messages import Climb, WriteNote
from tests.core.toy.models import Note


class Notes:
    """Writes and reads notes."""

    def __init__(self, unit: UnitOfWork, longest: int) -> None:
        self._unit = unit
        self._longest = longest

    def write(self, text: str) -> Note:
        """Write a note now; raises Invalid if it is too long."""
        if len(text) > self._longest:
            raise Invalid("The note is too long", (Violation("#/text", f"more than {self._longest} characters"),))
        note = Note(text=text)
        self._unit.session.add(note)
        self._unit.session.flush()
        return note

    def enqueue(self, message: WriteNote) -> JobView:
        """Let a worker write a note; one with the same text at a time."""
        return self._unit.job(self._unit.enqueue(message, unique_key=f"toy:{message.text}"))

    def climb(self, message: Climb) -> JobView:
        """Let a worker climb."""
        return self._unit.job(self._unit.enqueue(message))

    def texts(self) -> list[str]:
        """Every note, oldest first."""
        return list(self._unit.session.scalars(select(Note.text).order_by(Note.id)))

    def count(self) -> int:
        """How many notes there are."""
        return self._unit.session.scalar(select(func.count()).select_from(Note)) or 0

    def commit(self) -> None:
        """Commit what was written so far."""
        self._unit.commit()

    def sweep(self) -> None:
        """Remove every note."""
        self._unit.session.execute(delete(Note))


def open_notes(unit: UnitOfWork) -> Notes:
    """The service on a unit of work."""
    return Notes(unit, unit.settings.of(ToySettings).longest_note)
