"""Production refuses settings that are fit for development only, by the name of the setting and never by its value."""

import secrets
import string
from collections.abc import Callable
from uuid import uuid4

import pytest
from pydantic import ValidationError

from core.config import Settings
from tests.core.setting_values import PRODUCTION, settings

KNOWN = Settings().secret_key.get_secret_value()
OPEN_REDIS = "REDIS_URL must have a password (in a private network, ALLOW_REDIS_WITHOUT_PASSWORD=1 accepts it without)"


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"debug": True}, "DEBUG must be off"),
        ({"reload": True}, "RELOAD must be off"),
        ({"secret_key": "short"}, "SECRET_KEY must be set, to 32 characters or more"),
        ({"secret_key": Settings().secret_key}, "SECRET_KEY must be set, to 32 characters or more"),
        ({"database_url": ""}, "DATABASE_URL must name a PostgreSQL database"),
        ({"database_url": "sqlite:////tmp/golden.db"}, "DATABASE_URL must name a PostgreSQL database"),
        (
            {"database_url": f"postgresql://me:{KNOWN}@db/x"},
            "DATABASE_URL must have a password of its own",
        ),
        ({"redis_url": ""}, "REDIS_URL must be set"),
        *(
            ({"redis_url": url}, OPEN_REDIS)
            for url in ("redis://redis/0", "redis://:@redis", "rediss://me@redis?password=")
        ),
        ({"redis_url": f"redis://:{KNOWN}@redis/0"}, "REDIS_URL must have a password of its own"),
        ({"storage_url": ""}, "STORAGE_URL must name a folder or a bucket"),
        ({"storage_url": "memory://"}, "STORAGE_URL must name a folder or a bucket"),
    ],
)
def test_production_refuses_what_is_for_development_and_names_the_setting(
    change: dict[str, object], sentence: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        settings(**PRODUCTION | change)
    assert refused.value.errors()[0]["msg"] == f"Value error, not fit for ENVIRONMENT=production: {sentence}"


def test_production_reports_everything_that_is_missing_at_once() -> None:
    with pytest.raises(ValidationError) as refused:
        settings(environment="production", debug=True)
    text = str(refused.value)
    assert all(name in text for name in ("DEBUG", "SECRET_KEY", "DATABASE_URL", "REDIS_URL", "STORAGE_URL"))


def test_production_starts_when_everything_is_set() -> None:
    assert settings(**PRODUCTION).environment == "production"


@pytest.mark.parametrize(
    "key",
    [
        "a" * 40,
        "ab" * 16,
        "hunter2-" * 5,
        "aaaaaaaabbbbbbbbccccccccdddddddd",
        (string.digits + "abcdef") * 2,
        string.ascii_lowercase + string.digits,
        "Xq7-please-change-me-before-you-deploy",
        "django-insecure-key-of-this-one-shop",
        "my-super-SECRET-key-2026-for-the-shop",
        "correct-Password-for-the-best-battery",
        "this-is-only-an-example-of-a-good-key",
    ],
)
def test_a_guessable_secret_key_is_refused_in_production(key: str) -> None:
    with pytest.raises(ValidationError, match="SECRET_KEY must be random") as refused:
        settings(**PRODUCTION | {"secret_key": key})
    assert key not in refused.value.errors()[0]["msg"]


@pytest.mark.parametrize("make_key", [secrets.token_hex, secrets.token_urlsafe, lambda _: str(uuid4())])
def test_a_random_secret_key_is_accepted_in_production(make_key: Callable[[int], str]) -> None:
    for _ in range(50):
        assert settings(**PRODUCTION | {"secret_key": make_key(24)}).environment == "production"


@pytest.mark.parametrize("url", ["redis://redis/0", "rediss://redis:6380"])
def test_production_accepts_a_redis_without_a_password_if_that_is_allowed(url: str) -> None:
    assert settings(**PRODUCTION | {"redis_url": url, "allow_redis_without_password": "1"}).broker == url


@pytest.mark.parametrize(
    "url", ["redis://me:hunter2@redis", "redis://redis?password=hunter2", "rediss://:hunter2@[::1]"]
)
def test_a_password_of_redis_is_found_in_every_form(url: str) -> None:
    assert settings(**PRODUCTION | {"redis_url": url}).broker == url
