"""The states of a job.

            enqueue               claim                 finish
 (commit) ────────▶ queued ──────────────▶ running ───────────────▶ succeeded
                      ▲                     │ │ │
                reap  │    retry, hand back │ │ └─── gave up ──────▶ failed
       waiting ───────┴◀────────────────────┘ └───── cancel ───────▶ cancelled

A person's retry takes failed and cancelled back to queued.
"""

from enum import StrEnum


class State(StrEnum):
    """What a job is doing."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


LIVE = (State.QUEUED, State.RUNNING, State.WAITING)
FINISHED = (State.SUCCEEDED, State.FAILED, State.CANCELLED)
RETRYABLE = (State.FAILED, State.CANCELLED)
