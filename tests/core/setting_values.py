"""Settings for tests: those of production, those of any values, and the mistakes that are found in them."""

import secrets
from pathlib import Path

import pytest

from core.config import Settings
from core.environ import SettingsError, read_settings, variables
from tests.core.toy.config import ToySettings

PRODUCTION: dict[str, object] = {
    "environment": "production",
    "secret_key": secrets.token_hex(16),
    "database_url": "postgresql+psycopg://me:hunter2@db/golden",
    "redis_url": "redis://:hunter2@redis/0",
    "storage_url": "s3://bucket/prefix",
}


def settings(**values: object) -> Settings:
    """Settings with these values."""
    return Settings.model_validate(values)


def clear_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove every setting from the environment."""
    for name in [*variables(Settings), *variables(ToySettings), "NO_COLOR", "FORCE_COLOR"]:
        monkeypatch.delenv(name, raising=False)


def mistakes(env_file: Path) -> tuple[str, ...]:
    """The mistakes that are reported for this file and the environment."""
    with pytest.raises(SettingsError) as refused:
        read_settings([ToySettings], env_file)
    return refused.value.mistakes
