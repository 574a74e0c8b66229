"""Waiting for a condition instead of sleeping for a time."""

import threading
import time
from collections.abc import Callable

INTERVAL = 0.02
# Seconds. A wait ends with its condition, so only a failing test waits this long; a busy machine needs most of it.
PATIENCE = 120.0


def wait_until(condition: Callable[[], object], seconds: float = PATIENCE, what: str = "the condition") -> None:
    """Return as soon as the condition holds; raises AssertionError, naming it, after `seconds`."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come true within {seconds:g} s")
        pause.wait(INTERVAL)
