"""Reading the settings: every mistake at once, each with its variable's name and never with its value."""

import io
import os
from pathlib import Path

import pytest

from core.config import Settings
from core.environ import (
    SettingsError,
    ensure_folder,
    environment_for,
    is_coloured,
    read_settings,
    variables,
)
from tests.core.toy.config import ToySettings


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's environment."""
    for name in [*variables(Settings), *variables(ToySettings), "NO_COLOR", "FORCE_COLOR"]:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    """Where the settings of one machine are kept; not written yet."""
    return tmp_path / ".env"


def mistakes(env_file: Path) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as refused:
        read_settings([ToySettings], env_file)
    return refused.value.mistakes


def test_a_missing_file_means_the_defaults(env_file: Path) -> None:
    assert read_settings([ToySettings], env_file).port == 8000


def test_the_environment_is_stronger_than_the_file(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env_file.write_text("PORT=1000\nHOST=127.0.0.2\nTOY_LONGEST_NOTE=3\n")
    monkeypatch.setenv("PORT", "2000")
    read = read_settings([ToySettings], env_file)
    assert (read.port, read.host, read.of(ToySettings).longest_note) == (2000, "127.0.0.2", 3)


def test_an_empty_value_means_the_default(env_file: Path) -> None:
    env_file.write_text("PORT=\nTOY_LONGEST_NOTE=\n")
    assert read_settings([ToySettings], env_file).port == 8000


def test_every_mistake_is_said_at_once_by_its_variable(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env_file.write_text("PORT=hunter2\nLOG_LEVEL=hunter2\nTOY_LONGEST_NOTE=hunter2\n")
    monkeypatch.setenv("REDIS_URL", "hunter2")
    said = mistakes(env_file)
    assert [sentence.split(":")[0] for sentence in said] == ["REDIS_URL", "PORT", "LOG_LEVEL", "TOY_LONGEST_NOTE"]
    assert "hunter2" not in str(said)


def test_an_unknown_name_in_the_file_is_refused_with_a_suggestion(env_file: Path) -> None:
    env_file.write_text("DATABSE_URL=postgresql://hunter2@db/x\nCOMPOSE_PROJECT_NAME=golden\n")
    (said,) = mistakes(env_file)
    assert said == f"DATABSE_URL: no such setting (in {env_file}); did you mean DATABASE_URL?"


def test_a_name_like_no_other_is_refused_without_a_suggestion(env_file: Path) -> None:
    env_file.write_text("WXYZ=1\n")
    assert mistakes(env_file) == (f"WXYZ: no such setting (in {env_file})",)


def test_an_unknown_name_with_an_apps_prefix_is_refused_in_the_environment(
    env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOY_LONGEST_NOTES", "3")
    monkeypatch.setenv("SOMEBODY_ELSES", "3")
    (said,) = mistakes(env_file)
    assert said == "TOY_LONGEST_NOTES: no such setting (in the environment); did you mean TOY_LONGEST_NOTE?"


def test_a_mistyped_setting_is_refused_in_the_environment(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENTS", "production")
    with pytest.raises(SettingsError) as refused:
        read_settings([], env_file)
    assert refused.value.mistakes == ("ENVIRONMENTS: no such setting (in the environment); did you mean ENVIRONMENT?",)


def test_a_name_like_a_setting_may_stand_beside_it(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URI", "of another program")
    env_file.write_text("DATABASE_URL=sqlite:///x.db\n")
    assert read_settings([], env_file).database == "sqlite:///x.db"


def test_a_line_that_is_no_setting_is_named(env_file: Path) -> None:
    env_file.write_text('HOST=::1\nexport "PORT 1000\n')
    assert mistakes(env_file)[0] == f"{env_file}: line 2 is not NAME=value"


def test_a_file_in_another_encoding_is_refused(env_file: Path) -> None:
    env_file.write_text("PORT=1000\n", encoding="utf-16")
    assert mistakes(env_file) == (f"{env_file}: cannot be read as UTF-8 text",)


def test_what_is_unfit_for_production_is_said_without_values(env_file: Path) -> None:
    env_file.write_text("ENVIRONMENT=production\nSECRET_KEY=hunter2\n")
    (said,) = mistakes(env_file)
    assert said.startswith("not fit for ENVIRONMENT=production: SECRET_KEY must be set")
    assert "hunter2" not in said


def test_a_folder_that_cannot_be_made_names_the_variable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"DATA_DIR: .*/file/broker cannot be a folder \(Not a directory\)"):
        ensure_folder(tmp_path / "file" / "broker", "DATA_DIR")


def test_colours_go_to_terminals_and_to_those_who_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_coloured(Terminal())
    assert not is_coloured(io.StringIO())
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert is_coloured(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not is_coloured(Terminal())


def test_a_process_behind_a_pipe_hears_of_the_terminal() -> None:
    assert environment_for(Terminal()) == {**os.environ, "FORCE_COLOR": "1"}
    assert environment_for(io.StringIO()) == dict(os.environ)
