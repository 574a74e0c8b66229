"""Shutdown signals, recorded although one may interrupt the handler of another."""

import sys
from types import FrameType

from core.worker.main_process import ShutdownSignals


def test_a_signal_that_interrupts_the_handler_of_another_is_recorded_too() -> None:
    stopping, before = ShutdownSignals(), sys.gettrace()

    def interrupt(_frame: FrameType, _event: str, _argument: object) -> None:
        # As a signal does: anywhere in the handler.
        stopping()

    sys.settrace(interrupt)
    try:
        stopping()
    finally:
        sys.settrace(before)
    assert stopping.wait(0)
    assert stopping.wait(0)
    assert stopping.is_received.is_set()


def test_without_a_signal_waiting_times_out() -> None:
    stopping = ShutdownSignals()
    assert not stopping.wait(0.01)
    assert not stopping.is_received.is_set()
