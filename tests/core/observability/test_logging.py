"""Logs: one event per line, for people or for machines, and never a secret."""

import logging
import warnings

import pytest
from pydantic import SecretStr

from core.config import Settings
from core.observability.logging import accepted_request_id, current_request_id, logged_with, logger
from tests.core.events import logged, parsed
from tests.core.worker.behaviours import Unprintable

SECRETS = {
    "secret_key": SecretStr("hunter2-the-key"),
    "database_url": SecretStr("postgresql+psycopg://me:hunter2@127.0.0.1:1/x"),
    "redis_url": SecretStr("redis://:hunter2@127.0.0.1:1/0"),
}


def settings(log_format: str, environment: str = "development", level: str = "INFO") -> Settings:
    return Settings.model_validate(SECRETS | {"log_format": log_format, "environment": environment, "log_level": level})


def crash(configured: Settings) -> None:
    password = "hunter2"
    if configured.debug != bool(password):
        raise RuntimeError("the oven is cold")


def log_a_crash(configured: Settings) -> None:
    try:
        crash(configured)
    except RuntimeError:
        logger("oven").exception("job broke", settings=configured)


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_a_crash_shows_where_and_no_secret(log_format: str) -> None:
    configured = settings(log_format)
    with logged(configured) as lines:
        log_a_crash(configured)
    text = lines()
    assert all(word in text for word in ("the oven is cold", "RuntimeError", "crash"))
    assert "hunter2" not in text


def test_a_machine_reads_one_event_per_line() -> None:
    with logged(settings("json")) as lines:
        log_a_crash(settings("json"))
        logger("oven").info("two\nlines", names=["a"], at=None)
        logging.getLogger("library").warning("found %s", "ä")
    crashed, ours, theirs = parsed(lines())
    assert crashed["exception"]
    assert (ours["event"], ours["level"], ours["logger"], ours["names"]) == ("two\nlines", "info", "oven", ["a"])
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("found ä", "warning", "library")
    assert str(theirs["timestamp"]).endswith("Z")


def test_bound_values_are_in_every_event_of_the_block_and_in_no_other() -> None:
    with logged(settings("json")) as lines:
        with logged_with(request_id="mine", job="toy.sweep"):
            assert current_request_id() == "mine"
            logger("oven").info("ours")
            logging.getLogger("library").info("theirs")
        logger("oven").info("after")
    ours, theirs, after = parsed(lines())
    assert (ours["request_id"], theirs["job"]) == ("mine", "toy.sweep")
    assert "request_id" not in after
    assert current_request_id() is None


@pytest.mark.parametrize(
    "log_format, environment, is_json",
    [("auto", "development", False), ("auto", "test", True), ("json", "development", True), ("console", "test", False)],
)
def test_the_form_is_for_people_in_development(log_format: str, environment: str, *, is_json: bool) -> None:
    with logged(settings(log_format, environment)) as lines:
        logger("oven").info("warm", degrees=200)
    line = lines().strip()
    assert line.startswith("{") == is_json
    assert "warm" in line
    assert is_json or "degrees=200" in line


def test_what_is_below_the_level_is_not_logged() -> None:
    with logged(settings("json", level="WARNING")) as lines:
        logger("oven").info("warm")
        logging.getLogger("library").info("warm")
        logger("oven").warning("hot")
    assert [event["event"] for event in parsed(lines())] == ["hot"]


def test_noisy_libraries_are_logged_from_warning() -> None:
    with logged(settings("json", level="DEBUG")) as lines:
        logging.getLogger("alembic.runtime").info("Context impl SQLiteImpl")
        logging.getLogger("alembic.runtime").warning("odd")
    assert [event["event"] for event in parsed(lines())] == ["odd"]


def test_a_warning_of_python_is_an_event() -> None:
    with logged(settings("json")) as lines, warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn("the oven is old", DeprecationWarning, stacklevel=1)
    (event,) = parsed(lines())
    assert "the oven is old" in str(event["event"])


def test_console_lines_have_no_colours_in_a_file() -> None:
    with logged(settings("console")) as lines:
        logger("oven").error("cold")
    assert "\x1b" not in lines()


def test_a_log_line_cannot_control_the_terminal() -> None:
    with logged(settings("console")) as lines:
        logger("oven").info("request", path="/\x1b[2Jgone\nforged line")
    assert "\x1b" not in lines()


@pytest.mark.parametrize("offered", [None, "", "a b", "x" * 129, "ä", "a\n"])
def test_a_request_id_that_is_no_plain_word_is_replaced(offered: str | None) -> None:
    assert len(accepted_request_id(offered)) == 32


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_an_event_that_cannot_be_formatted_is_one_line_with_its_place(log_format: str) -> None:
    circle, template = list[object](), "found %s %s"
    circle.append(circle)
    with logged(settings(log_format)) as lines:
        logger("oven").info("found", value=circle if log_format == "json" else Unprintable())
        logging.getLogger("library").warning("found %s", Unprintable())
        logging.getLogger("library").warning(template, "one")
    printed = lines().splitlines()
    assert len(printed) == 3
    assert all("cannot be formatted" in line and "test_logging.py" in line for line in printed[1:])
