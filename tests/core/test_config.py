"""Settings: frozen, typed, and fit for production or refused."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from core.config import Section, Settings
from tests.core.toy.config import ToySettings

PRODUCTION: dict[str, object] = {
    "environment": "production",
    "secret_key": "s" * 32,
    "database_url": "postgresql+psycopg://me:hunter2@db/golden",
    "redis_url": "redis://:hunter2@redis/0",
    "storage_url": "s3://bucket/prefix",
}

KNOWN = Settings().secret_key.get_secret_value()


class OtherSection(Section):
    """Settings that no app of these tests declares."""


def settings(**values: object) -> Settings:
    return Settings.model_validate(values)


@pytest.mark.parametrize("name", ["port", "secret_key"])
def test_settings_cannot_be_changed(name: str) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(settings(), name, 9000)


def test_embedded_back_ends_live_in_the_data_folder(tmp_path: Path) -> None:
    embedded = settings(data_dir=tmp_path)
    assert embedded.database == f"sqlite:///{tmp_path}/golden.db"
    assert embedded.storage == f"file://{tmp_path}/storage"
    assert (embedded.broker, embedded.is_broker_embedded) == ("filesystem://localhost//", True)


def test_uploads_wait_beside_the_storage_unless_told_otherwise(tmp_path: Path) -> None:
    assert settings(data_dir=tmp_path).upload_folder == tmp_path / "storage"
    assert settings(storage_url="file:///srv/my%20files").upload_folder == Path("/srv/my files")
    assert settings(data_dir=tmp_path, storage_url="s3://bucket").upload_folder == tmp_path
    assert settings(upload_dir=str(tmp_path / "here")).upload_folder == tmp_path / "here"


def test_addresses_take_the_place_of_embedded_back_ends() -> None:
    served = settings(**PRODUCTION)
    assert served.database == PRODUCTION["database_url"]
    assert served.storage == PRODUCTION["storage_url"]
    assert (served.broker, served.is_broker_embedded) == (PRODUCTION["redis_url"], False)


def test_lists_are_separated_by_commas() -> None:
    listed = settings(apps=" catalog , toy,", worker_queues="mails")
    assert (listed.apps, listed.worker_queues) == (("catalog", "toy"), ("mails",))


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
        ({"redis_url": f"redis://:{KNOWN}@redis/0"}, "REDIS_URL must have a password of its own"),
        ({"storage_url": ""}, "STORAGE_URL must name a folder or a bucket"),
        ({"storage_url": "memory://"}, "STORAGE_URL must name a folder or a bucket"),
    ],
)
def test_production_refuses_by_name_what_only_development_may_have(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        settings(**PRODUCTION | change)
    assert refused.value.errors()[0]["msg"] == f"Value error, not fit for ENVIRONMENT=production: {sentence}"


def test_production_says_everything_that_is_missing_at_once() -> None:
    with pytest.raises(ValidationError) as refused:
        settings(environment="production", debug=True)
    said = str(refused.value)
    assert all(name in said for name in ("DEBUG", "SECRET_KEY", "DATABASE_URL", "REDIS_URL", "STORAGE_URL"))


def test_production_starts_when_everything_is_set() -> None:
    assert settings(**PRODUCTION).environment == "production"


@pytest.mark.parametrize(
    "name, address",
    [
        ("database_url", "mysql://me:hunter2@db/x"),
        ("database_url", "postgres://me:hunter2@db/x"),
        ("redis_url", "http://:hunter2@redis"),
        ("storage_url", "ftp://me:hunter2@files"),
    ],
)
def test_an_address_of_another_kind_is_refused(name: str, address: str) -> None:
    with pytest.raises(ValidationError, match="must begin with"):
        settings(**{name: address})


def test_secrets_stay_out_of_what_is_printed() -> None:
    assert "hunter2" not in repr(settings(**PRODUCTION)) + str(settings(**PRODUCTION))


def test_an_apps_section_is_asked_for_by_type() -> None:
    carrying = settings().with_sections(ToySettings(longest_note=7))
    assert carrying.of(ToySettings).longest_note == 7


def test_a_section_that_no_app_declares_is_not_found() -> None:
    with pytest.raises(LookupError, match="no app of this project declares OtherSection"):
        settings().with_sections(ToySettings()).of(OtherSection)


def test_carrying_sections_leaves_the_settings_as_they_were() -> None:
    bare = settings(secret_key=SecretStr("kept"))
    assert bare.with_sections(ToySettings()).secret_key == bare.secret_key
    with pytest.raises(LookupError):
        bare.of(ToySettings)
