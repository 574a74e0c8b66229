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
from tests.core.jobs.rules import RETENTION, JobRules
from tests.core.toy.messages import WriteNote
from tests.core.toy.models import Note

FEW = 3  # with few jobs, the four act on the same one more often
WORKERS = ("one", "two")
PICK = st.integers(min_value=0, max_value=1000)
SECONDS = st.integers(min_value=0, max_value=40)


class LedgerMachine(JobRules):
    """Each rule is one transaction of one of the four; the invariants hold after each."""

    @precondition(lambda self: len(self.accepted) < FEW)
    @rule(is_unique=st.booleans())
    def enqueue(self, *, is_unique: bool) -> None:
        """A client enqueues a job, some with the same unique key."""
        with self.database.transaction() as session:
            try:
                key = "same" if is_unique else None
                job_id = self.jobs.units.enqueuer.enqueue(session, WriteNote(text="hello"), Origin(), key)
                self.accepted.append(job_id)
                self.limits[job_id] = WriteNote.max_attempts
            except Conflict:
                live = select(Job).where(Job.unique_key == "same", Job.state.in_(LIVE))
                assert session.scalar(live) is not None

    @precondition(lambda self: self.accepted)
    @rule(pick=PICK, worker=st.sampled_from(WORKERS))
    def claim(self, pick: int, worker: str) -> None:
        """A worker receives a hint, for the first or the tenth time."""
        with self.database.transaction() as session:
            claim = self.jobs.ledger.claim(session, self.any_job(pick), worker)
        if claim is not None:
            assert claim.attempt > self.attempts.get(claim.id, 0)
            self.attempts[claim.id] = claim.attempt
            self.claims.append((worker, claim))

    @precondition(lambda self: self.claims)
    @rule(pick=PICK)
    def succeed(self, pick: int) -> None:
        """A worker finishes a job, and writes its effect in the same transaction."""
        claim = self.any_claim(pick)

        def work(session: Session) -> None:
            session.add(Note(text=str(claim.id)))
            self.jobs.ledger.succeed(session, claim, {"notes": 1})

        assert not self.in_transaction(work) or self.is_newest(claim)

    @precondition(lambda self: self.claims)
    @rule(pick=PICK, end=st.sampled_from(["fail", "cancel", "retry later", "progress"]))
    def write(self, pick: int, end: str) -> None:
        """A worker writes another transition, or progress."""
        claim = self.any_claim(pick)
        ends: dict[str, Callable[[Session], None]] = {
            "fail": lambda session: self.jobs.ledger.fail(session, claim, {"title": "no"}),
            "cancel": lambda session: self.jobs.ledger.cancel(session, claim),
            "retry later": lambda session: self.jobs.ledger.retry_later(
                session, claim, timedelta(seconds=5), {"title": "later"}
            ),
            "progress": lambda session: self.jobs.ledger.progress(session, claim, {"done": 1, "total": 2, "note": ""}),
        }
        assert not self.in_transaction(ends[end]) or self.is_newest(claim)

    @precondition(lambda self: self.claims)
    @rule()
    def heartbeat(self) -> None:
        """Both workers extend the leases of all their claims."""
        with self.database.transaction() as session:
            self.jobs.ledger.extend(session, [claim for _, claim in self.claims])

    @precondition(lambda self: self.accepted)
    @rule(pick=PICK, is_cancel=st.booleans())
    def action(self, pick: int, *, is_cancel: bool) -> None:
        """A client cancels or retries a job."""
        job_id = self.any_job(pick)
        state = self.state_of(job_id)
        if is_cancel:
            assert self.in_transaction(lambda session: self.jobs.actions.cancel(session, job_id)) == (state in LIVE)
        elif self.in_transaction(lambda session: self.retry(session, job_id)):
            assert state in RETRYABLE
            self.limits[job_id] = self.attempts.get(job_id, 0) + WriteNote.max_attempts

    @rule(is_backlog=st.booleans())
    def reap(self, *, is_backlog: bool) -> None:
        """The reaper runs; the jobs whose hints it publishes are queued."""
        with self.database.transaction() as session:
            hints = self.jobs.reaper.reap(session, lambda _queue: is_backlog)
        with self.database.transaction(read_only=True) as session:
            assert all(session.get_one(Job, hint.job_id).state == State.QUEUED for hint in hints)

    @rule(worker=st.sampled_from(WORKERS))
    def lose(self, worker: str) -> None:
        """A worker's process is taken for lost, though it may still write."""
        with self.database.transaction() as session:
            self.jobs.reaper.requeue_lost(session, lambda name: name == worker)

    @rule(worker=st.sampled_from(WORKERS))
    def release_on_shutdown(self, worker: str) -> None:
        """A worker shuts down: its jobs go on elsewhere, and none has fewer attempts left."""
        with self.database.transaction() as session:
            running = session.scalars(select(Job).where(Job.state == State.RUNNING, Job.worker == worker)).all()
            assert self.jobs.reaper.release_on_shutdown(session, worker) == len(running)
        for job in running:
            self.limits[job.id] += 1
            assert self.state_of(job.id) == (State.CANCELLED if job.cancel_requested_at else State.WAITING)

    @rule()
    def purge(self) -> None:
        """Retention deletes the jobs that finished long ago, and no others."""
        with self.database.transaction() as session:
            is_old = Job.state.in_(FINISHED), Job.updated_at < self.jobs.clock.now - RETENTION
            old = session.scalars(select(Job).where(*is_old)).all()
            assert self.jobs.reaper.purge(session) == len(old)
        self.purged += [job.id for job in old if job.state == State.SUCCEEDED]
        gone = {job.id for job in old}
        self.accepted = [job_id for job_id in self.accepted if job_id not in gone]

    @rule(seconds=SECONDS, is_back=st.booleans())
    def jump(self, seconds: int, *, is_back: bool) -> None:
        """The clock moves forward, and sometimes back a little."""
        self.jobs.clock.now += timedelta(seconds=-seconds / 10 if is_back else seconds)

    @invariant()
    def nothing_is_lost_and_nothing_applied_twice(self) -> None:
        """Every accepted job has a row, every success has exactly one effect, and no other job has any."""
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
    def the_reaper_sees_every_job_that_is_due(self) -> None:
        """The reaper is needed exactly if a live job is due."""
        with self.database.transaction(read_only=True) as session:
            due = session.scalars(select(Job.id).where(Job.state.in_(LIVE), Job.due_at <= self.jobs.clock.now)).all()
            assert self.jobs.reaper.is_needed(session) == bool(due)
