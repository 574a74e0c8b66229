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


@pytest.mark.parametrize(
    "line", ["PORT", "PORT: 1000", "PORT='1000", "PORT='1'000", r"HOST='it\'s'", "HOST=#here", "=1"]
)
def test_a_line_of_another_form_is_reported_by_its_number(env_file: Path, line: str) -> None:
    env_file.write_text(f"# the port\n{line}\nHOST=::1\n")
    assert mistakes(env_file) == (f"{env_file}: line 2 is not NAME=value",)


def test_windows_line_ends_and_a_last_line_without_an_end_are_read(env_file: Path) -> None:
    env_file.write_bytes(b"HOST='::1'\r\n\r\n# a comment\r\nexport PORT=1000")
    read = read_settings([ToySettings], env_file)
    assert (read.host, read.port) == ("::1", 1000)


def test_the_last_of_several_lines_with_a_name_counts(env_file: Path) -> None:
    env_file.write_text("PORT=1000\nPORT=\nPORT=2000\n")
    assert read_settings([ToySettings], env_file).port == 2000


@pytest.mark.parametrize(
    "value",
    [
        "hunter2$word",
        "hunter2$$word",
        "hunter2${HOME}",
        '"hunter2$word"',
        '"hunter2\\$word"',
        '"hunter2\\a"',
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
        ("'a$b$$c$(d)${HOME}'", "a$b$$c$(d)${HOME}"),
        ("'a\\\\b\\n'", "a\\\\b\\n"),
        ("'two\nlines'", "two\nlines"),
        ("it's", "it's"),
        ("a=b", "a=b"),
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
