"""What all classes of settings share: where variables are read from, and the ways in which values may be written."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, get_args

from pydantic import AfterValidator, SecretStr, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from core.env_file import read_env_file

# Kubernetes and Docker set such variables in each container, for every service that it can reach.
PORT_LINK = re.compile(r"(tcp|udp|sctp)://\S+:\d+")
LINK = re.compile(r"\w+_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_\w+)?)", re.IGNORECASE)
PSYCOPG = "postgresql+psycopg://"


def is_port_link(name: str, value: str | None) -> bool:
    """Whether this is the address of a service of that name, such as CATALOG_PORT=tcp://10.0.0.7:80."""
    return name.upper().endswith("PORT") and bool(PORT_LINK.fullmatch(value or ""))


def is_service_link(name: str, value: str | None) -> bool:
    """Whether Kubernetes or Docker set this variable to describe a service, such as CATALOG_SERVICE_HOST."""
    return is_port_link(name, value) or bool(LINK.fullmatch(name))


class _Environment(EnvSettingsSource):
    """The environment, without the addresses of services that have the name of a setting."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls)
        self.env_vars = {name: value for name, value in self.env_vars.items() if not is_port_link(name, value)}


class _File(EnvSettingsSource):
    """The file that a settings object is created with, as `_env_file`."""

    def __init__(self, settings_cls: type[BaseSettings], file: PydanticBaseSettingsSource) -> None:
        super().__init__(settings_cls)
        path = file.env_file if isinstance(file, DotEnvSettingsSource) else None
        values = read_env_file(Path(path)).values if isinstance(path, str | Path) else {}
        self.env_vars = {name.lower(): value for name, value in values.items() if value}


class Variables(BaseSettings):
    """A frozen class of settings, read from the environment and then from a file of variables."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The sources by priority: arguments, the environment, the file."""
        return init_settings, _Environment(settings_cls), _File(settings_cls, dotenv_settings), file_secret_settings

    @field_validator("*", mode="before")
    @classmethod
    def _ignore_case(cls, value: object, info: ValidationInfo[object]) -> object:
        choices = get_args(cls.model_fields[str(info.field_name)].annotation)
        matching = [choice for choice in choices if isinstance(choice, str) and isinstance(value, str)]
        return next((choice for choice in matching if choice.lower() == str(value).lower()), value)


def _address(prefixes: Mapping[str, str]) -> AfterValidator:
    """An address that begins with one of these prefixes, each of which is replaced by its value."""

    def check(address: SecretStr) -> SecretStr:
        text = address.get_secret_value()
        for prefix, replacement in prefixes.items():
            if text.startswith(prefix):
                return SecretStr(replacement + text.removeprefix(prefix))
        if text:
            raise ValueError(f"must begin with {' or '.join(prefixes)}")
        return address

    return AfterValidator(check)


def _one_of(*prefixes: str) -> AfterValidator:
    return _address({prefix: prefix for prefix in prefixes})


# postgres:// is what platforms set; SQLAlchemy knows only the name of the driver.
DatabaseUrl = Annotated[
    SecretStr,
    _address({PSYCOPG: PSYCOPG, "postgresql://": PSYCOPG, "postgres://": PSYCOPG, "sqlite:///": "sqlite:///"}),
]
RedisUrl = Annotated[SecretStr, _one_of("redis://", "rediss://")]
StorageUrl = Annotated[SecretStr, _one_of("file:///", "s3://", "memory://")]
