"""A thread per worker process that extends the leases of the jobs which the process runs."""

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
    """Extends claims while they run, and reports to a job that its lease is lost or that it is cancelled."""

    def __init__(self, database: Database, ledger: Ledger) -> None:
        self._database = database
        self._ledger = ledger
        # By attempt, because the next attempt may run in this process while a beat for the last one is under way.
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
        """Raise LostLease or Cancelled if the last beat found so."""
        if claim.fence in self._lost:
            raise LostLease(str(claim.id))
        if claim.fence in self._cancelled:
            raise Cancelled(str(claim.id))

    def beat(self) -> None:
        """Extend every lease of this process once; if the database is unavailable, the next beat tries again."""
        claims = list(self._claims.values())
        if not claims:
            return
        try:
            with self._database.transaction() as session:
                extended = self._ledger.extend(session, claims)
        except Unavailable as error:
            log.warning("leases not extended", jobs=len(claims), reason=error.reason)
            return
        # A job that ended during the beat is not marked, because nothing would remove its mark.
        running = self._claims.keys() & {claim.fence for claim in claims}
        self._lost.update(running - extended.keys())
        self._cancelled.update(fence for fence in running if extended.get(fence, False))

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
            except Exception:  # without this thread, every job of the process would lose its lease
                log.exception("heartbeat failed", jobs=len(self._claims))
