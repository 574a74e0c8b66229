"""Reading the settings: from the environment, then `.env`; every mistake at once, each with the variable's name."""

import difflib
import os
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import TextIO, TypeVar

from dotenv.parser import parse_stream
from pydantic import ValidationError
from pydantic_settings import BaseSettings

from core.config import Section, Settings

ENV_FILE = Path(".env")
# What the stack of containers reads itself, and what it hands to the libraries of the storage and of traces.
FOREIGN_PREFIXES = ("COMPOSE_", "AWS_", "OTEL_")
# From how many letters, and from which share of them, a variable passes for a mistyped setting.
RESEMBLING = 6
RESEMBLANCE = 0.88

SettingsT = TypeVar("SettingsT", bound=BaseSettings)


def is_coloured(stream: TextIO) -> bool:
    """Whether to write colours: to a terminal, or to a supervisor that says it has one (FORCE_COLOR)."""
    return "NO_COLOR" not in os.environ and (stream.isatty() or "FORCE_COLOR" in os.environ)


def environment_for(stream: TextIO) -> dict[str, str]:
    """This process's environment, for one whose output goes to this stream through a pipe."""
    return dict(os.environ) | ({"FORCE_COLOR": "1"} if is_coloured(stream) else {})


class SettingsError(Exception):
    """The settings cannot be used; says which variables are wrong, one to a line, and never their values."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("The settings cannot be used:\n" + "\n".join(f"  {mistake}" for mistake in mistakes))
        self.mistakes = tuple(mistakes)


def variables(kind: type[BaseSettings]) -> tuple[str, ...]:
    """The environment variables that a settings class reads."""
    prefix = kind.model_config.get("env_prefix", "")
    return tuple(f"{prefix}{name}".upper() for name in kind.model_fields)


def read_settings(sections: Sequence[type[Section]] = (), env_file: Path = ENV_FILE) -> Settings:
    """Read core's settings and the apps' own; raises SettingsError naming every wrong variable."""
    written, mistakes = _names_in(env_file)
    mistakes += _unknown_names(sections, written, env_file)
    settings = _read(Settings, env_file, mistakes)
    own = [_read(kind, env_file, mistakes) for kind in sections]
    if mistakes or settings is None:
        raise SettingsError(mistakes)
    return settings.with_sections(*(section for section in own if section is not None))


def ensure_folder(path: Path, variable: str) -> Path:
    """The folder, made where it is missing; raises SettingsError naming the variable that says where it is."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError([f"{variable}: {path} cannot be a folder ({error.strerror})"]) from error
    return path


def _names_in(env_file: Path) -> tuple[list[str], list[str]]:
    if not env_file.is_file():
        return [], []
    try:
        bindings = list(parse_stream(StringIO(env_file.read_text("utf-8"))))
    except (OSError, UnicodeDecodeError):
        raise SettingsError([f"{env_file}: cannot be read as UTF-8 text"]) from None
    unread = [binding.original.line for binding in bindings if binding.error]
    names = [binding.key for binding in bindings if binding.key is not None]
    return names, [f"{env_file}: line {line} is not NAME=value" for line in unread]


def _read(kind: type[SettingsT], env_file: Path, mistakes: list[str]) -> SettingsT | None:
    try:
        return kind(_env_file=env_file)
    except ValidationError as error:
        prefix = kind.model_config.get("env_prefix", "")
        mistakes += [_sentence(prefix, detail["loc"], detail["msg"]) for detail in error.errors()]
        return None


def _sentence(prefix: str, location: tuple[int | str, ...], message: str) -> str:
    text = message.removeprefix("Value error, ")
    return f"{prefix}{location[0]}".upper() + f": {text}" if location else text


def _unknown_names(sections: Iterable[type[Section]], dotenv: Iterable[str], env_file: Path) -> list[str]:
    known = [*variables(Settings), *(name for kind in sections for name in variables(kind))]
    prefixes = tuple(kind.model_config.get("env_prefix", "") for kind in sections)
    written = {name: str(env_file) for name in dotenv if not name.startswith(FOREIGN_PREFIXES)}
    ours = [
        name for name in os.environ if (prefixes and name.startswith(prefixes)) or _is_mistyped(name, known, dotenv)
    ]
    found = written | dict.fromkeys(ours, "the environment")
    return [_unknown(name, place, known) for name, place in found.items() if name.upper() not in known]


def _is_mistyped(name: str, known: Iterable[str], dotenv: Iterable[str]) -> bool:
    # The environment is everybody's, so that only what resembles a setting is taken for one; not where that one is set.
    given = {*os.environ, *dotenv}
    missing = [setting for setting in known if setting not in given and len(setting) >= RESEMBLING]
    return bool(difflib.get_close_matches(name, missing, n=1, cutoff=RESEMBLANCE))


def _unknown(name: str, place: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name.upper(), known, n=1)
    return f"{name}: no such setting (in {place})" + (f"; did you mean {near[0]}?" if near else "")
