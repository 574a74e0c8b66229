"""The pytest plugin of all tests, those of apps too: core.testing, and programs that can be interrupted."""

import signal

import pytest

PLUGINS = ("core.testing", "tests.surroundings")


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Import the fixtures after coverage has started: lines that run at import would not be counted otherwise."""
    for name in PLUGINS:
        early_config.pluginmanager.import_plugin(name)
    # A shell starts programs in the background with SIGINT ignored, and every program of a test would inherit that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
