"""Reading the settings: all mistakes are reported at once, with the variable's name and never with its value."""

import io
import os
from pathlib import Path

import pytest

from core.environ import (
    SettingsError,
    ensure_folder,
    environment_for,
    is_coloured,
    read_settings,
)
from tests.core.setting_values import clear_environment, mistakes
from tests.core.toy.config import ToySettings


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's environment."""
    clear_environment(monkeypatch)


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    """The path of a .env that does not exist yet."""
    return tmp_path / ".env"


def test_a_missing_file_means_the_defaults(env_file: Path) -> None:
    assert read_settings([ToySettings], env_file).port == 8000


def test_the_environment_overrides_the_file(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env_file.write_text("PORT=1000\nHOST=127.0.0.2\nTOY_LONGEST_NOTE=3\n")
    monkeypatch.setenv("PORT", "2000")
    read = read_settings([ToySettings], env_file)
    assert (read.port, read.host, read.of(ToySettings).longest_note) == (2000, "127.0.0.2", 3)


def test_an_empty_value_means_the_default(env_file: Path) -> None:
    env_file.write_text("PORT=\nTOY_LONGEST_NOTE=\n")
    assert read_settings([ToySettings], env_file).port == 8000


def test_all_mistakes_are_reported_at_once_by_variable(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env_file.write_text("PORT=hunter2\nLOG_LEVEL=hunter2\nTOY_LONGEST_NOTE=hunter2\n")
    monkeypatch.setenv("REDIS_URL", "hunter2")
    found = mistakes(env_file)
    assert [sentence.split(":")[0] for sentence in found] == ["REDIS_URL", "PORT", "LOG_LEVEL", "TOY_LONGEST_NOTE"]
    assert "hunter2" not in str(found)


def test_an_unknown_name_in_the_file_is_refused_with_a_suggestion(env_file: Path) -> None:
    env_file.write_text("DATABSE_URL=postgresql://hunter2@db/x\nCOMPOSE_PROJECT_NAME=golden\n")
    (mistake,) = mistakes(env_file)
    assert mistake == f"DATABSE_URL: no such setting (in {env_file}); did you mean DATABASE_URL?"


def test_a_name_like_no_other_is_refused_without_a_suggestion(env_file: Path) -> None:
    env_file.write_text("WXYZ=1\n")
    assert mistakes(env_file) == (f"WXYZ: no such setting (in {env_file})",)


def test_an_unknown_name_with_an_apps_prefix_is_refused_in_the_environment(
    env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOY_LONGEST_NOTES", "3")
    monkeypatch.setenv("SOMEBODY_ELSES", "3")
    (mistake,) = mistakes(env_file)
    assert mistake == "TOY_LONGEST_NOTES: no such setting (in the environment); did you mean TOY_LONGEST_NOTE?"


@pytest.mark.parametrize(
    "injected",
    [
        {"TOY_PORT": "tcp://10.96.0.7:80", "TOY_SERVICE_HOST": "10.96.0.7", "TOY_SERVICE_PORT": "80"},
        {"TOY_SERVICE_PORT_HTTP": "80", "TOY_PORT_80_TCP": "tcp://10.96.0.7:80", "TOY_PORT_80_TCP_ADDR": "10.96.0.7"},
        {"TOY_PORT_80_TCP_PROTO": "tcp", "TOY_PORT_80_TCP_PORT": "80", "TOY_PORT_53_UDP": "udp://10.96.0.7:53"},
        {"TOY_LONGEST_NOTE_PORT": "tcp://10.96.0.7:80", "TOY_LONGEST_NOTE_SERVICE_HOST": "10.96.0.7"},
        {"TOY_NAME": "/web/toy", "TOY_ENV_PATH": "/bin", "TOY_URL": "postgres://me@db", "TOY_DATABASE_URL": ""},
        {"PORT": "tcp://10.96.0.7:80", "REDIS_PORT": "tcp://10.96.0.7:6379", "DATABASE_SERVICE_HOST": "10.96.0.7"},
        {"WEB_PORT": "tcp://10.96.0.7:80", "WORKER_SERVICE_PORT": "80", "SECRET_KEY_SERVICE_HOST": "10.96.0.7"},
        {"WEB_CONCURRENCY": "2", "WEB_MEMORY": "512", "DYNO": "web.1", "SECRET_KEY_BASE": "x", "REDIS_TLS_URL": "x"},
        {"K_SERVICE": "web", "FLY_APP_NAME": "web", "RENDER_SERVICE_NAME": "web", "RAILWAY_SERVICE_NAME": "web"},
        {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318", "OTEL_EXPORTER_OTLP_ENDPOINTS": "x"},
    ],
)
def test_variables_that_platforms_inject_are_passed_over(
    env_file: Path, monkeypatch: pytest.MonkeyPatch, injected: dict[str, str]
) -> None:
    for name, value in injected.items():
        monkeypatch.setenv(name, value)
    assert read_settings([ToySettings], env_file).port == 8000


def test_the_address_of_a_service_does_not_hide_the_port_in_the_file(
    env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env_file.write_text("PORT=1000\n")
    monkeypatch.setenv("PORT", "tcp://10.96.0.7:80")
    assert read_settings([ToySettings], env_file).port == 1000


@pytest.mark.parametrize(
    "name, value", [("REDIS_URL", "tcp://10.96.0.7:6379"), ("PORT", "tcp"), ("PORT", "http://10.96.0.7:80")]
)
def test_a_wrong_value_is_not_mistaken_for_the_address_of_a_service(
    env_file: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    (mistake,) = mistakes(env_file)
    assert mistake.startswith(f"{name}: ")


def test_a_misspelt_setting_is_refused_in_the_environment(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENTS", "production")
    with pytest.raises(SettingsError) as refused:
        read_settings([], env_file)
    assert refused.value.mistakes == ("ENVIRONMENTS: no such setting (in the environment); did you mean ENVIRONMENT?",)


def test_a_name_that_resembles_a_setting_is_accepted_beside_it(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URI", "of another program")
    env_file.write_text("DATABASE_URL=sqlite:///x.db\n")
    assert read_settings([], env_file).database == "sqlite:///x.db"


def test_what_is_unfit_for_production_is_reported_without_values(env_file: Path) -> None:
    env_file.write_text("ENVIRONMENT=production\nSECRET_KEY=hunter2\n")
    (mistake,) = mistakes(env_file)
    assert mistake.startswith("not fit for ENVIRONMENT=production: SECRET_KEY must be set")
    assert "hunter2" not in mistake


def test_a_folder_that_cannot_be_created_is_reported_by_its_variable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"DATA_DIR: .*/file/broker cannot be a folder \(Not a directory\)"):
        ensure_folder(tmp_path / "file" / "broker", "DATA_DIR")


def test_colours_are_written_to_terminals_and_if_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_coloured(Terminal())
    assert not is_coloured(io.StringIO())
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert is_coloured(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not is_coloured(Terminal())


def test_a_process_behind_a_pipe_learns_whether_there_is_a_terminal() -> None:
    assert environment_for(Terminal()) == {**os.environ, "FORCE_COLOR": "1"}
    assert environment_for(io.StringIO()) == dict(os.environ)
