"""Only make lock resolves, and it uses the Poetry that is pinned unless another is named."""

from pathlib import Path

import pytest
from tools.lock import EXPORTS, export, main, private_poetry, resolution

from tests.tools import planted


def test_make_hands_over_empty_words_for_what_was_not_asked() -> None:
    """The verbs make lock, make add and make update are one tool."""
    assert resolution(None, "", None) == ["lock"]
    assert resolution("httpx>=1", "dev", None) == ["add", "--lock", "--group", "dev", "httpx>=1"]
    assert resolution("", "", "") == ["update", "--lock"]
    assert resolution("", "", "httpx") == ["update", "--lock", "httpx"]


def test_nothing_to_add_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """A forgotten PACKAGE must not look as if something had been added."""
    assert main(["--poetry", "no-such-poetry", "--add", "", "--group", ""]) == 2
    assert "make add PACKAGE=" in capsys.readouterr().err


def test_a_poetry_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """POETRY=... may be misspelled."""
    assert main(["--poetry", "no-such-poetry"]) == 1
    assert "make lock POETRY=" in capsys.readouterr().err


def test_the_exports_are_what_poetry_is_asked_for(tmp_path: Path) -> None:
    """A stand-in for Poetry resolves, then exports each file; the first failure ends it."""
    poetry = tmp_path / "poetry"
    poetry.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\ntest "$2" != --fail\n', "utf-8")
    poetry.chmod(0o755)
    assert main(["--poetry", str(poetry)]) == 0
    calls = (tmp_path / "calls").read_text("utf-8").splitlines()
    assert calls == ["lock", *(" ".join(export(name, f"requirements/{name}")) for name in EXPORTS)]
    assert [line.rpartition("/")[2] for line in calls[1:]] == list(EXPORTS)


def test_the_private_poetry_is_the_pinned_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installed by its hash into an environment of its own."""
    for name, value in planted.index(tmp_path).items():
        monkeypatch.setenv(name, value)
    pins = tmp_path / "lock.txt"
    pins.write_text(planted.wheel(tmp_path, "poetry", "2.5.1", "#!/bin/sh\necho planted\n"), "utf-8")
    assert Path(private_poetry(tmp_path / "apart", pins)).exists()
