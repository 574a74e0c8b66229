"""Jobs in any state, for tests."""

from datetime import datetime, timedelta
from uuid import UUID

from core.composition import Composition
from core.database.types import Document
from core.jobs.actions import JobActions
from core.jobs.messages import Message
from core.jobs.models import Job
from core.jobs.states import State
from core.jobs.transitions import Claim, Ledger
from tests.core.toy.messages import WriteNote

PROBLEM: Document = {"type": "about:blank", "title": "Conflict", "status": 409, "detail": "The note may not be"}


class Book:
    """Makes and changes jobs of a project as its web, its workers and its clients do."""

    def __init__(self, composition: Composition) -> None:
        self._units = composition.extensions.units
        self._ledger = Ledger(composition.extensions.policy)
        self._actions = JobActions(composition.extensions.policy)

    def add(self, text: str = "hello", message: Message | None = None) -> UUID:
        """A queued job."""
        with self._units.open() as unit:
            return unit.enqueue(message or WriteNote(text=text))

    def start(self, job_id: UUID, worker: str = "here/1-2") -> Claim:
        """Let a worker claim a job."""
        with self._units.open() as unit:
            claim = self._ledger.claim(unit.session, job_id, worker)
        assert claim is not None
        return claim

    def advance(self, claim: Claim, done: int, total: int | None = None, note: str = "") -> None:
        """Let a worker report progress."""
        with self._units.open() as unit:
            self._ledger.progress(unit.session, claim, {"done": done, "total": total, "note": note})

    def end(self, claim: Claim, state: State) -> None:
        """Let a worker end a job, or postpone it."""
        with self._units.open() as unit:
            if state == State.SUCCEEDED:
                self._ledger.succeed(unit.session, claim, {"notes": 1})
            elif state == State.FAILED:
                self._ledger.fail(unit.session, claim, PROBLEM)
            else:
                self._ledger.postpone(unit.session, claim, timedelta(seconds=60), PROBLEM)

    def job(self, state: State, text: str = "hello", message: Message | None = None) -> UUID:
        """A job in this state."""
        job_id = self.add(text, message)
        if state == State.CANCELLED:
            self.cancel(job_id)
        elif state != State.QUEUED:
            claim = self.start(job_id)
            if state != State.RUNNING:
                self.end(claim, state)
        return job_id

    def cancel(self, job_id: UUID) -> None:
        """Let a client cancel a job."""
        with self._units.open() as unit:
            self._actions.cancel(unit.session, job_id)

    def date(self, job_id: UUID, changed_at: datetime) -> None:
        """Set the time of a job's last change."""
        with self._units.open() as unit:
            unit.session.get_one(Job, job_id).updated_at = changed_at

    def read(self, job_id: UUID) -> Job:
        """A job as it is now."""
        with self._units.open(read_only=True) as unit:
            return unit.session.get_one(Job, job_id)

    def forget(self, job_id: UUID) -> None:
        """Delete a job, as the purge does."""
        with self._units.open() as unit:
            unit.session.delete(unit.session.get_one(Job, job_id))
