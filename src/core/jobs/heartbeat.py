"""One thread per worker process that extends the leases of the jobs which the process runs."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from core.database import Database
from core.errors import Unavailable
from core.jobs.ledger import Cancelled, Claim, Ledger, LostLease
from core.logging import logger

BEATS_PER_LEASE = 3

log = logger(__name__)


class Heartbeat:
    """Keeps claims alive while they are run, and tells a job that lost its lease or shall end."""

    def __init__(self, database: Database, ledger: Ledger) -> None:
        self._database = database
        self._ledger = ledger
        self._claims: dict[UUID, Claim] = {}
        self._lost: set[UUID] = set()
        self._cancelled: set[UUID] = set()
        self._process: int | None = None

    @contextmanager
    def of(self, claim: Claim) -> Iterator[None]:
        """Extend the claim's lease until the block ends."""
        self._claims[claim.id] = claim
        self._start()
        try:
            yield
        finally:
            del self._claims[claim.id]
            self._lost.discard(claim.id)
            self._cancelled.discard(claim.id)

    def check(self, claim: Claim) -> None:
        """Raise LostLease or Cancelled, by what the last beat found."""
        if claim.id in self._lost:
            raise LostLease(str(claim.id))
        if claim.id in self._cancelled:
            raise Cancelled(str(claim.id))

    def beat(self) -> None:
        """Extend every lease of this process once; a database that is away is tried again at the next beat."""
        claims = list(self._claims.values())
        if not claims:
            return
        try:
            with self._database.transaction() as session:
                held = self._ledger.extend(session, claims)
        except Unavailable:
            log.warning("leases not extended", jobs=len(claims))
            return
        self._lost.update(claim.id for claim in claims if claim.id not in held)
        self._cancelled.update(job_id for job_id, is_cancelled in held.items() if is_cancelled)

    def _start(self) -> None:
        # A thread does not survive a fork: the process that runs the job starts its own.
        if self._process != os.getpid():
            self._process = os.getpid()
            threading.Thread(target=self._run, name="heartbeat", daemon=True).start()

    def _run(self) -> None:
        pause, seconds = threading.Event(), self._ledger.policy.lease.total_seconds() / BEATS_PER_LEASE
        while not pause.wait(seconds):
            try:
                self.beat()
            except Exception:  # without this thread every job of the process would lose its lease, now and later
                log.exception("heartbeat failed", jobs=len(self._claims))
