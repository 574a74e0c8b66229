"""Settings: frozen and typed; production refuses what is fit for development only."""

from pathlib import Path
from typing import Literal

import pytest
from pydantic import SecretStr, ValidationError

from core.config import Section
from tests.core.setting_values import PRODUCTION, settings
from tests.core.toy.config import ToySettings


class OtherSection(Section):
    """Settings that no app of these tests declares."""


@pytest.mark.parametrize("name", ["port", "secret_key"])
def test_settings_cannot_be_changed(name: str) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(settings(), name, 9000)


def test_embedded_back_ends_keep_their_files_in_the_data_folder(tmp_path: Path) -> None:
    embedded = settings(data_dir=tmp_path)
    assert embedded.database == f"sqlite:///{tmp_path}/golden.db"
    assert embedded.storage == f"file://{tmp_path}/storage"
    assert (embedded.broker, embedded.is_broker_embedded) == ("filesystem://localhost//", True)


def test_uploads_are_kept_on_the_disk_of_the_storage_unless_a_folder_is_set(tmp_path: Path) -> None:
    assert settings(data_dir=tmp_path).upload_folder == tmp_path / "storage"
    assert settings(storage_url="file:///srv/my%20files").upload_folder == Path("/srv/my files")
    assert settings(data_dir=tmp_path, storage_url="s3://bucket").upload_folder == tmp_path
    assert settings(upload_dir=str(tmp_path / "here")).upload_folder == tmp_path / "here"


def test_addresses_replace_the_embedded_back_ends() -> None:
    served = settings(**PRODUCTION)
    assert served.database == PRODUCTION["database_url"]
    assert served.storage == PRODUCTION["storage_url"]
    assert (served.broker, served.is_broker_embedded) == (PRODUCTION["redis_url"], False)


def test_lists_are_separated_by_commas() -> None:
    listed = settings(apps=" catalog , toy,", worker_queues="mails")
    assert (listed.apps, listed.worker_queues) == (("catalog", "toy"), ("mails",))


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_name_of_postgresql_means_the_same_driver(scheme: str) -> None:
    url = settings(database_url=f"{scheme}://me:hunter2@db/x?sslmode=require").database
    assert url == "postgresql+psycopg://me:hunter2@db/x?sslmode=require"


@pytest.mark.parametrize(
    "name, value, expected",
    [
        ("log_level", "info", "INFO"),
        ("log_level", "Warning", "WARNING"),
        ("log_format", "JSON", "json"),
        ("environment", "Test", "test"),
    ],
)
def test_one_of_several_words_is_accepted_in_any_case(name: str, value: str, expected: str) -> None:
    assert getattr(settings(**{name: value}), name) == expected


def test_an_apps_words_are_accepted_in_any_case() -> None:
    class Colours(Section):
        """Settings with a choice."""

        favourite: Literal["Red", "Green"] = "Red"

    assert Colours.model_validate({"favourite": "GREEN"}).favourite == "Green"
    with pytest.raises(ValidationError):
        Colours.model_validate({"favourite": "blue"})


@pytest.mark.parametrize(
    "name, address",
    [
        ("database_url", "mysql://me:hunter2@db/x"),
        ("database_url", "postgresql+psycopg2://me:hunter2@db/x"),
        ("redis_url", "http://:hunter2@redis"),
        ("storage_url", "ftp://me:hunter2@files"),
    ],
)
def test_an_address_of_another_kind_is_refused(name: str, address: str) -> None:
    with pytest.raises(ValidationError, match="must begin with"):
        settings(**{name: address})


def test_secrets_are_not_printed_with_the_settings() -> None:
    assert "hunter2" not in repr(settings(**PRODUCTION)) + str(settings(**PRODUCTION))


def test_an_apps_settings_are_read_by_their_type() -> None:
    carrying = settings().with_sections(ToySettings(longest_note=7))
    assert carrying.of(ToySettings).longest_note == 7


def test_settings_that_no_app_declares_are_not_found() -> None:
    with pytest.raises(LookupError, match="no app of this project declares OtherSection"):
        settings().with_sections(ToySettings()).of(OtherSection)


def test_adding_the_apps_settings_makes_a_copy() -> None:
    bare = settings(secret_key=SecretStr("kept"))
    assert bare.with_sections(ToySettings()).secret_key == bare.secret_key
    with pytest.raises(LookupError):
        bare.of(ToySettings)
