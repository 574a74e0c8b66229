"""The container verbs, with a docker that can be anything."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.fake_docker import WELL, configured, verb

FREE = 1  # tcpmux, which is not in use


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("name", ["up", "down", "ps", "logs", "shell", "dev"])
def test_each_verb_says_what_it_needs_where_docker_is_absent(name: str, tmp_path: Path) -> None:
    """And which verbs do without."""
    done = verb(name, tmp_path, None)
    assert done.status != 0
    assert (
        f"golden-core: make {name} needs Docker with Compose 2.24 or newer, but docker is not installed" in done.output
    )
    assert "make run and make test need no Docker" in done.output


@pytest.mark.parametrize(
    "answers, sentence",
    [
        ({"compose version": "docker: 'compose' is not a docker command"}, "prints \"docker: 'compose' is not"),
        ({"compose version": "2.17.3"}, "prints '2.17.3': update"),
        ({"compose version": ""}, "prints 'nothing'"),
        ({"compose version": "v2.40.0", "version": "Cannot connect to the Docker daemon"}, "engine does not answer"),
        (
            {"compose version": "2.26.1", "version": "permission denied while trying"},
            "add the user to the group docker",
        ),
    ],
)
def test_a_docker_that_cannot_do_it_gets_its_sentence(answers: dict[str, str], sentence: str, tmp_path: Path) -> None:
    """The plugin is missing or old, the engine is stopped or closed to this user."""
    done = verb("up", tmp_path, answers)
    assert done.status != 0
    assert sentence in done.output


def test_a_port_in_use_is_named_before_anything_is_built(taken: int, tmp_path: Path) -> None:
    """With a command that avoids it."""
    done = verb("up", tmp_path, WELL | configured(taken))
    assert done.status != 0
    assert f"port {taken} on 127.0.0.1 is in use; choose another: make up PORT={taken + 1000}" in done.output
    assert not [line for line in done.calls if line.startswith("compose up")]


def test_the_stack_may_keep_its_own_port(taken: int, tmp_path: Path) -> None:
    """A second make up brings a running stack up to date."""
    done = verb("up", tmp_path, WELL | configured(taken) | {"compose ps --services": "web"})
    assert done.status == 0
    assert f"Golden Core on http://127.0.0.1:{taken} " in done.output


def test_a_stack_that_fails_shows_the_last_words_of_who_failed(tmp_path: Path) -> None:
    """And of no other service."""
    states = [
        {"Service": "migrate", "Health": "", "ExitCode": 1},
        {"Service": "web", "Health": "unhealthy", "ExitCode": 0},
        {"Service": "redis", "Health": "healthy", "ExitCode": 0},
    ]
    answers = {
        "compose up": "!",
        "compose ps --all --format=json": "\n".join(json.dumps(state) for state in states),
        "compose logs --tail=25 --no-log-prefix migrate": "SECRET_KEY must be set",
    }
    done = verb("up", tmp_path, WELL | configured(FREE) | answers)
    assert done.status != 0
    assert "golden-core: the last lines of migrate (make logs ARGS=migrate shows all):" in done.output
    assert "SECRET_KEY must be set" in done.output
    assert "the last lines of web" in done.output
    assert "the last lines of redis" not in done.output


def test_production_s_settings_are_checked_before_a_database_keeps_a_password(tmp_path: Path) -> None:
    """What is wrong with them is output by the service itself."""
    answers = configured(FREE, "production") | {"compose run": "!SECRET_KEY must be set"}
    done = verb("up", tmp_path, WELL | answers)
    assert done.status != 0
    assert "SECRET_KEY must be set" in done.output
    assert not [line for line in done.calls if line.startswith("compose up")]


def test_a_mistake_in_the_stack_is_told_by_compose(tmp_path: Path) -> None:
    """Its words are as good as ours."""
    done = verb("up", tmp_path, WELL | {"compose config": "!invalid interpolation"})
    assert done.status != 0
    assert done.calls[-1] == "compose config --format=json"


@pytest.mark.parametrize(
    "name, arguments, command",
    [
        ("down", "--volumes", "compose --profile * down --remove-orphans --volumes"),
        ("ps", "", "compose ps --all"),
        ("logs", "worker", "compose logs --follow --tail=100 worker"),
        ("shell", "", "compose run --rm --build dev bash"),
        ("shell", "make check", "compose run --rm --build dev make check"),
        ("up", "--scale worker=3", "--wait-timeout 300 --scale worker=3"),
    ],
)
def test_a_verb_hands_its_arguments_to_compose(name: str, arguments: str, command: str, tmp_path: Path) -> None:
    """ARGS of make."""
    done = verb(name, tmp_path, WELL | configured(FREE), arguments)
    assert done.status == 0
    assert [line for line in done.calls if line.endswith(command)]


def test_the_working_copy_takes_the_place_of_the_image(tmp_path: Path) -> None:
    """Two generations of workers on one queue would confuse people."""
    done = verb("dev", tmp_path, WELL | configured(FREE))
    assert "compose stop web worker beat" in done.calls
    assert done.calls[-1].endswith(f"--publish=127.0.0.1:{FREE}:8000 dev make run PORT=8000")
