"""One thread per worker process that extends the leases of the jobs which the process runs."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from core.database.engine import Database
from core.errors import Unavailable
from core.jobs.transitions import Cancelled, Claim, Fence, Ledger, LostLease
from core.observability.logging import logger

BEATS_PER_LEASE = 3

log = logger(__name__)


class Heartbeat:
    """Keeps claims alive while they are run, and tells a job that lost its lease or shall end."""

    def __init__(self, database: Database, ledger: Ledger) -> None:
        self._database = database
        self._ledger = ledger
        # By attempt, for the next attempt at a job may run in this process while a beat for the last one still waits.
        self._claims: dict[Fence, Claim] = {}
        self._lost: set[Fence] = set()
        self._cancelled: set[Fence] = set()
        self._process: int | None = None

    @contextmanager
    def of(self, claim: Claim) -> Iterator[None]:
        """Extend the claim's lease until the block ends."""
        self._claims[claim.fence] = claim
        self._start()
        try:
            yield
        finally:
            del self._claims[claim.fence]
            self._lost.discard(claim.fence)
            self._cancelled.discard(claim.fence)

    def check(self, claim: Claim) -> None:
        """Raise LostLease or Cancelled, by what the last beat found."""
        if claim.fence in self._lost:
            raise LostLease(str(claim.id))
        if claim.fence in self._cancelled:
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
        # What ended while the database was asked needs no mark any more, and nobody would take it away.
        running = self._claims.keys() & {claim.fence for claim in claims}
        self._lost.update(running - held.keys())
        self._cancelled.update(fence for fence in running if held.get(fence, False))

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
