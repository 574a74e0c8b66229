"""The states of a job.

            enqueue               claim                 finish
 (commit) ────────▶ queued ──────────────▶ running ───────────────▶ succeeded
                      ▲                     │ │ │
                reap  │      retry, release │ │ └─── gave up ──────▶ failed
       waiting ───────┴◀────────────────────┘ └───── cancel ───────▶ cancelled

A client's retry returns failed and cancelled jobs to queued.
"""

from enum import StrEnum


class State(StrEnum):
    """The state of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


LIVE = (State.QUEUED, State.RUNNING, State.WAITING)
FINISHED = (State.SUCCEEDED, State.FAILED, State.CANCELLED)
RETRYABLE = (State.FAILED, State.CANCELLED)
