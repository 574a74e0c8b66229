"""Reading the settings: from the environment, then from `.env`; all mistakes are reported at once, by variable."""

import difflib
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO, TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from core.config import Section, Settings
from core.env_file import EnvFile, read_env_file
from core.variables import is_service_link

ENV_FILE = Path(".env")
# Variables of docker-compose.yml, and of the libraries for storage and traces.
FOREIGN_PREFIXES = ("COMPOSE_", "AWS_", "OTEL_")
# The environment belongs to every program: a variable is a misspelt setting only if it is this similar to one.
SIMILAR_LENGTH = 6
SIMILARITY = 0.88
# The prefix of an app is already ours, so that less of the rest needs to be the same.
SIMILARITY_AFTER_PREFIX = 0.65

SettingsT = TypeVar("SettingsT", bound=BaseSettings)


def is_coloured(stream: TextIO) -> bool:
    """Whether to write colours: to a terminal, or if a supervisor with a terminal has set FORCE_COLOR."""
    return "NO_COLOR" not in os.environ and (stream.isatty() or "FORCE_COLOR" in os.environ)


def environment_for(stream: TextIO) -> dict[str, str]:
    """The environment of a process whose output is copied to this stream."""
    return dict(os.environ) | ({"FORCE_COLOR": "1"} if is_coloured(stream) else {})


def remove_variables(*names: str) -> None:
    """Remove variables from this process's environment, because a library would prefer them to the settings."""
    for name in names:
        os.environ.pop(name, None)


class SettingsError(Exception):
    """The settings are invalid; its text has one line for each wrong variable, and never a value."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("The settings cannot be used:\n" + "\n".join(f"  {mistake}" for mistake in mistakes))
        self.mistakes = tuple(mistakes)


def variables(kind: type[BaseSettings]) -> tuple[str, ...]:
    """The environment variables that a settings class reads."""
    prefix = kind.model_config.get("env_prefix", "")
    return tuple(f"{prefix}{name}".upper() for name in kind.model_fields)


def read_settings(sections: Sequence[type[Section]] = (), env_file: Path = ENV_FILE) -> Settings:
    """Read the settings of core and of the apps; raises SettingsError that names every wrong variable."""
    file = _read_file(env_file)
    mistakes = [*file.mistakes, *_unknown_names(sections, file.values, env_file)]
    settings = _read(Settings, env_file, mistakes)
    own = [_read(kind, env_file, mistakes) for kind in sections]
    if mistakes or settings is None:
        raise SettingsError(mistakes)
    return settings.with_sections(*(section for section in own if section is not None))


def ensure_folder(path: Path, variable: str) -> Path:
    """Create the folder if it is missing; raises SettingsError with the variable that sets its path."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError([f"{variable}: {path} cannot be a folder ({error.strerror})"]) from error
    return path


def _read_file(env_file: Path) -> EnvFile:
    try:
        return read_env_file(env_file)
    except (OSError, UnicodeDecodeError):
        raise SettingsError([f"{env_file}: cannot be read as UTF-8 text"]) from None


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


def _unknown_names(sections: Iterable[type[Section]], names: Collection[str], env_file: Path) -> Iterator[str]:
    known = [*variables(Settings), *(name for kind in sections for name in variables(kind))]
    in_file = dict.fromkeys((name for name in names if not name.startswith(FOREIGN_PREFIXES)), str(env_file))
    missing = set(known) - {*os.environ, *names}
    prefixes = [kind.model_config.get("env_prefix", "") for kind in sections]
    misspelt = (
        name
        for name, value in os.environ.items()
        if not name.startswith(FOREIGN_PREFIXES)
        and not is_service_link(name, value)
        and (_resembles(name, missing) or any(_resembles_own(name, known, prefix) for prefix in prefixes))
    )
    for name, place in (in_file | dict.fromkeys(misspelt, "the environment")).items():
        if name.upper() not in known:
            similar = difflib.get_close_matches(name.upper(), known, n=1)
            yield f"{name}: no such setting (in {place})" + (f"; did you mean {similar[0]}?" if similar else "")


def _resembles(name: str, missing: Iterable[str]) -> bool:
    # Not if the similar setting is set: then the variable is another program's.
    long = [setting for setting in missing if len(setting) >= SIMILAR_LENGTH]
    return bool(difflib.get_close_matches(name, long, n=1, cutoff=SIMILARITY))


def _resembles_own(name: str, known: Iterable[str], prefix: str) -> bool:
    if not prefix or not name.startswith(prefix):
        return False
    own = [setting.removeprefix(prefix) for setting in known if setting.startswith(prefix)]
    return bool(difflib.get_close_matches(name.removeprefix(prefix), own, n=1, cutoff=SIMILARITY_AFTER_PREFIX))
