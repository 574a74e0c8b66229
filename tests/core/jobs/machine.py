"""The ledger as a state machine: two workers, a reaper and a client in any order, under a clock that jumps."""

from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.jobs.enqueue import Origin
from core.jobs.models import Job
from core.jobs.states import FINISHED, LIVE, RETRYABLE, State
from tests.core.jobs.ledgers import RETENTION, Ledgers
from tests.core.toy.messages import WriteNote
from tests.core.toy.models import Note

FEW = 3  # with few jobs the four get into each other's way more often
WORKERS = ("one", "two")
PICK = st.integers(min_value=0, max_value=1000)
SECONDS = st.integers(min_value=0, max_value=40)


class LedgerMachine(Ledgers):
    """Each rule is one transaction of one of the four; the invariants hold after each."""

    @precondition(lambda self: len(self.accepted) < FEW)
    @rule(is_unique=st.booleans())
    def enqueue(self, *, is_unique: bool) -> None:
        """A client asks for a job, some of them for the same thing."""
        with self.database.transaction() as session:
            try:
                key = "same" if is_unique else None
                job_id = self.enqueuer.enqueue(session, WriteNote(text="hello"), Origin(), key)
                self.accepted.append(job_id)
                self.limits[job_id] = WriteNote.max_attempts
            except Conflict:
                live = select(Job).where(Job.unique_key == "same", Job.state.in_(LIVE))
                assert session.scalar(live) is not None

    @precondition(lambda self: self.accepted)
    @rule(pick=PICK, worker=st.sampled_from(WORKERS))
    def claim(self, pick: int, worker: str) -> None:
        """A worker hears of a job, for the first or the tenth time."""
        with self.database.transaction() as session:
            claim = self.ledger.claim(session, self.any_job(pick), worker)
        if claim is not None:
            assert claim.attempt > self.attempts.get(claim.id, 0)
            self.attempts[claim.id] = claim.attempt
            self.held.append((worker, claim))

    @precondition(lambda self: self.held)
    @rule(pick=PICK)
    def succeed(self, pick: int) -> None:
        """A worker finishes a job, and writes its effect in the same transaction."""
        claim = self.any_claim(pick)

        def work(session: Session) -> None:
            session.add(Note(text=str(claim.id)))
            self.ledger.succeed(session, claim, {"notes": 1})

        assert not self.in_transaction(work) or self.is_newest(claim)

    @precondition(lambda self: self.held)
    @rule(pick=PICK, end=st.sampled_from(["fail", "cancel", "postpone", "progress"]))
    def write(self, pick: int, end: str) -> None:
        """A worker writes something else of a job."""
        claim = self.any_claim(pick)
        ends: dict[str, Callable[[Session], None]] = {
            "fail": lambda session: self.ledger.fail(session, claim, {"title": "no"}),
            "cancel": lambda session: self.ledger.cancel(session, claim),
            "postpone": lambda session: self.ledger.postpone(session, claim, timedelta(seconds=5), {"title": "later"}),
            "progress": lambda session: self.ledger.progress(session, claim, {"done": 1, "total": 2, "note": ""}),
        }
        assert not self.in_transaction(ends[end]) or self.is_newest(claim)

    @precondition(lambda self: self.held)
    @rule()
    def heartbeat(self) -> None:
        """Both workers extend every lease that they believe to hold."""
        with self.database.transaction() as session:
            self.ledger.extend(session, [claim for _, claim in self.held])

    @precondition(lambda self: self.accepted)
    @rule(pick=PICK, is_cancel=st.booleans())
    def action(self, pick: int, *, is_cancel: bool) -> None:
        """A client wants a job's end, or another try."""
        job_id = self.any_job(pick)
        state = self.state_of(job_id)
        if is_cancel:
            assert self.in_transaction(lambda session: self.actions.cancel(session, job_id)) == (state in LIVE)
        elif self.in_transaction(lambda session: self.ask_retry(session, job_id)):
            assert state in RETRYABLE
            self.limits[job_id] = self.attempts.get(job_id, 0) + WriteNote.max_attempts

    @rule(is_backlog=st.booleans())
    def reap(self, *, is_backlog: bool) -> None:
        """The reaper looks; what it tells the broker is queued."""
        with self.database.transaction() as session:
            hints = self.reaper.reap(session, lambda _queue: is_backlog)
        with self.database.transaction(read_only=True) as session:
            assert all(session.get_one(Job, hint.job_id).state == State.QUEUED for hint in hints)

    @rule(worker=st.sampled_from(WORKERS))
    def lose(self, worker: str) -> None:
        """A worker's process is known to be gone, though it may still write."""
        with self.database.transaction() as session:
            self.reaper.requeue_lost(session, lambda name: name == worker)

    @rule(worker=st.sampled_from(WORKERS))
    def release_on_shutdown(self, worker: str) -> None:
        """A worker is asked to stop: what it ran goes on elsewhere, and may be attempted as often as before."""
        with self.database.transaction() as session:
            its = session.scalars(select(Job).where(Job.state == State.RUNNING, Job.worker == worker)).all()
            assert self.reaper.release_on_shutdown(session, worker) == len(its)
        for job in its:
            self.limits[job.id] += 1
            assert self.state_of(job.id) == (State.CANCELLED if job.cancel_requested_at else State.WAITING)

    @rule()
    def purge(self) -> None:
        """Retention deletes what has been finished for long, and nothing else."""
        with self.database.transaction() as session:
            is_old = Job.state.in_(FINISHED), Job.updated_at < self.now - RETENTION
            old = session.scalars(select(Job).where(*is_old)).all()
            assert self.reaper.purge(session) == len(old)
        self.purged += [job.id for job in old if job.state == State.SUCCEEDED]
        gone = {job.id for job in old}
        self.accepted = [job_id for job_id in self.accepted if job_id not in gone]

    @rule(seconds=SECONDS, is_back=st.booleans())
    def jump(self, seconds: int, *, is_back: bool) -> None:
        """The clock moves on, and sometimes back a little."""
        self.now += timedelta(seconds=-seconds / 10 if is_back else seconds)

    @invariant()
    def nothing_is_lost_and_nothing_applied_twice(self) -> None:
        """Every accepted job has a row, every live row a moment, every success exactly one effect, no other any."""
        with self.database.transaction(read_only=True) as session:
            jobs = {job.id: job for job in session.scalars(select(Job))}
            effects = sorted(session.scalars(select(Note.text)))
        assert set(jobs) == set(self.accepted)
        succeeded = [job.id for job in jobs.values() if job.state == State.SUCCEEDED]
        assert effects == sorted(map(str, succeeded + self.purged))
        for job in jobs.values():
            assert (job.attempt, job.max_attempts) == (self.attempts.get(job.id, 0), self.limits[job.id])
            assert job.cancel_requested_at is None or job.state not in (State.QUEUED, State.WAITING)
            assert (job.finished_at is not None) == (job.state in FINISHED)
        live_keys = [job.unique_key for job in jobs.values() if job.unique_key and job.state in LIVE]
        assert len(live_keys) == len(set(live_keys))

    @invariant()
    def the_reaper_brings_every_live_job_on(self) -> None:
        """Whatever happened: once its moment has come, a live job is looked at."""
        with self.database.transaction(read_only=True) as session:
            due = session.scalars(select(Job.id).where(Job.state.in_(LIVE), Job.due_at <= self.now)).all()
            assert self.reaper.is_needed(session) == bool(due)
