"""What the tests of the environment share."""

import os

import pytest


@pytest.fixture
def git_without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Git without the settings of a container or a person for hooks and ignored files."""
    for name in ("GIT_CONFIG_SYSTEM", "GIT_CONFIG_GLOBAL"):
        monkeypatch.setenv(name, os.devnull)
    for name in ("GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
