"""The file .env: what it may contain, so that the service and docker compose read the same values."""

from pathlib import Path

import pytest

from core.environ import read_settings
from tests.core.setting_values import clear_environment, mistakes
from tests.core.toy.config import ToySettings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's environment."""
    clear_environment(monkeypatch)


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    """The path of a .env that does not exist yet."""
    return tmp_path / ".env"


def test_a_line_that_is_no_setting_is_reported_by_its_number(env_file: Path) -> None:
    env_file.write_text('HOST=::1\nexport "PORT 1000\n')
    assert mistakes(env_file)[0] == f"{env_file}: line 2 is not NAME=value"


def test_a_name_without_a_value_is_reported_by_its_line(env_file: Path) -> None:
    env_file.write_text("# the port\nPORT\n")
    assert mistakes(env_file) == (f"{env_file}: line 2 is not NAME=value",)


@pytest.mark.parametrize(
    "value",
    [
        "hunter2$word",
        "hunter2$$word",
        "hunter2${HOME}",
        '"hunter2$word"',
        '"hunter2\\$word"',
        '"hunter2\\a"',
        "'hunter2${HOME}'",
        "'hunter2\\\\'",
        "'hunter2\\'s'",
        '"hunter2$" # comment',
    ],
)
def test_a_value_that_docker_compose_reads_in_another_way_is_refused(env_file: Path, value: str) -> None:
    env_file.write_text(f"SECRET_KEY={value}\n")
    (mistake,) = mistakes(env_file)
    assert mistake.startswith("SECRET_KEY: ")
    assert ("quotes" in mistake, "hunter2" in mistake) == (True, False)


@pytest.mark.parametrize(
    "value, expected",
    [
        ("'a$b$$c$(d)'", "a$b$$c$(d)"),
        ("'a\\b'", "a\\b"),
        ("a\\b", "a\\b"),
        ('"a\\"b\\n"', 'a"b\n'),
        ("plain # costs $5", "plain"),
        ('"quoted" # costs $5', "quoted"),
        ("a#b", "a#b"),
    ],
)
def test_a_value_that_docker_compose_reads_in_the_same_way_is_taken_as_it_is(
    env_file: Path, value: str, expected: str
) -> None:
    env_file.write_text(f"# costs $5\nexport SECRET_KEY = {value}\nPORT=1000\n")
    read = read_settings([ToySettings], env_file)
    assert (read.secret_key.get_secret_value(), read.port) == (expected, 1000)


def test_a_file_in_another_encoding_is_refused(env_file: Path) -> None:
    env_file.write_text("PORT=1000\n", encoding="utf-16")
    assert mistakes(env_file) == (f"{env_file}: cannot be read as UTF-8 text",)
