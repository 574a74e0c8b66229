"""Migrations: a branch each for core and apps, up and down, alone and together."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Column, Integer, MetaData, Table, inspect

from core.composition import load_app
from core.config import Settings
from core.console import CONSOLE
from core.database.branch import Branch, new_metadata
from core.database.engine import Database, open_database
from core.database.migrate import MigrationError, Migrations
from core.testing.services import PostgresServer
from core.testing.waiting import PATIENCE
from project import APPS
from tests.core.toy import app as toy

BRANCHES = tuple(branch for branch in (CONSOLE.branch, toy.branch) if branch is not None)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database on each kind of server in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.url(server.create_database())


@pytest.fixture
def database(empty_url: str) -> Iterator[Database]:
    """The empty database, opened."""
    opened = open_database(Settings(database_url=SecretStr(empty_url), database_timeout=PATIENCE))
    yield opened
    opened.close()


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def test_upgrading_makes_every_branchs_tables_and_is_repeatable(database: Database) -> None:
    migrations = Migrations(database, BRANCHES)
    migrations.upgrade()
    migrations.upgrade()
    assert {"core_jobs", "toy_notes", "core_schema_version", "toy_schema_version"} <= tables(database)
    assert migrations.current()["toy"] == "toy0001"


def test_downgrading_changes_one_branch_only(database: Database) -> None:
    migrations = Migrations(database, BRANCHES)
    migrations.upgrade()
    migrations.downgrade("toy", "base")
    assert "toy_notes" not in tables(database)
    assert "core_jobs" in tables(database)
    assert migrations.current()["toy"] is None


def test_core_itself_goes_down_and_up_again(database: Database) -> None:
    migrations = Migrations(database, BRANCHES)
    migrations.upgrade()
    migrations.downgrade("core", "base")
    assert not {name for name in tables(database) if BRANCHES[0].owns(name)}
    migrations.upgrade()
    migrations.check()


def test_a_subset_of_the_apps_is_migrated_alone(database: Database) -> None:
    Migrations(database, BRANCHES[:1]).upgrade()
    assert not {name for name in tables(database) if name.startswith("toy_")}
    Migrations(database, BRANCHES[:1]).check()


def test_an_app_that_was_deleted_leaves_the_others_working(database: Database) -> None:
    Migrations(database, BRANCHES).upgrade()
    alone = Migrations(database, BRANCHES[:1])
    alone.upgrade()
    alone.check()
    assert list(alone.current()) == ["core"]


def test_an_empty_database_has_no_revision(database: Database) -> None:
    assert Migrations(database, BRANCHES).current() == {"core": None, "toy": None}


def test_models_equal_migrations_for_every_branch_of_the_project(database: Database) -> None:
    branches = (BRANCHES[0], *(branch for name in APPS if (branch := load_app(name).branch) is not None))
    migrations = Migrations(database, branches)
    migrations.upgrade()
    migrations.check()
    for branch in branches:
        migrations.downgrade(branch.name, "base")
    assert tables(database) == {branch.version_table for branch in branches}


def test_a_model_without_a_migration_is_found(database: Database) -> None:
    metadata = new_metadata()
    Table("toy_lamps", metadata, Column("id", Integer, primary_key=True))
    migrations = Migrations(database, (replace(BRANCHES[1], metadata=metadata),))
    migrations.upgrade()
    with pytest.raises(MigrationError, match="toy: New upgrade operations detected"):
        migrations.check()


def test_a_database_that_is_behind_is_found(database: Database) -> None:
    with pytest.raises(MigrationError, match="core: Target database is not up to date"):
        Migrations(database, BRANCHES).check()


def test_two_migrations_at_the_same_time_run_one_after_the_other(database: Database, empty_url: str) -> None:
    def upgrade(_number: int) -> None:
        own = open_database(Settings(database_url=SecretStr(empty_url), database_timeout=PATIENCE))
        Migrations(own, BRANCHES).upgrade()
        own.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(upgrade, range(2)))
    Migrations(database, BRANCHES).check()


@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
def test_a_revision_is_written_from_the_models(database: Database, tmp_path: Path) -> None:
    metadata = MetaData()
    Table("lamp_lamps", metadata, Column("id", Integer, primary_key=True))
    migrations = Migrations(database, (Branch("lamp", metadata, tmp_path),))
    assert migrations.migrate("lamp", "Lamps, at last").name == "0001_lamps_at_last.py"
    migrations.upgrade()
    migrations.check()
    assert "lamp_lamps" in tables(database)


@pytest.mark.parametrize(
    "message, name",
    [
        ("Add a note", "0003_add_a_note"),
        ("", "0003"),
        ("ü: größe!", "0003_gr_e"),
        ("the longest message that anybody has ever written", "0003_the_longest_message_that_an"),
    ],
)
def test_a_revision_has_a_readable_name_that_sorts(database: Database, message: str, name: str, tmp_path: Path) -> None:
    """After one with a random id and one with a number; both kinds of servers store it, and no secret is suspected."""
    for revision, before in (("615857d69b9d", "None"), ("0002", "'615857d69b9d'")):
        text = f"revision = {revision!r}\ndown_revision = {before}\n\n\ndef upgrade() -> None: ...\n"
        (tmp_path / f"{revision}.py").write_text(text, "utf-8")
    migrations = Migrations(database, (Branch("lamp", MetaData(), tmp_path),))
    migrations.upgrade()
    written = migrations.migrate("lamp", message)
    migrations.upgrade()
    assert (written.stem, migrations.current()["lamp"]) == (name, name)
    hook = [str(Path(sys.executable).parent / "detect-secrets-hook"), "--no-verify", str(written)]
    assert subprocess.run(hook, check=False).returncode == 0


@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
def test_an_unknown_branch_or_revision_is_named(database: Database) -> None:
    migrations = Migrations(database, BRANCHES)
    with pytest.raises(MigrationError, match="nothing: no such branch; there are core, toy"):
        migrations.downgrade("nothing", "base")
    with pytest.raises(MigrationError, match="toy: Can't locate revision identified by 'nonsense'"):
        migrations.downgrade("toy", "nonsense")
