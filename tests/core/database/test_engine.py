"""The database: times in UTC, one writer at a time, and what is unavailable is Unavailable."""

import gc
import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, insert, literal, null, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.pool import QueuePool

from core.config import Settings
from core.database.engine import Database, open_database
from core.jobs.models import Schedule
from core.testing.waiting import PATIENCE
from tests.core.marks import on_sqlite
from tests.core.notes import count, unreachable, write
from tests.core.toy.models import Note

LETTERS = {
    "Desk LAMP 3": "desk lamp 3",
    "ÄPFEL GROẞ": "äpfel groß",
    "ŁÓDŹ ŠKODA ÇAĞ": "łódź škoda çağ",
    "ΟΔΟΣ İZMİR": "οδοσ izmir",
    "ЖУРНАЛ": "журнал",
    "ԱԲԳ": "աբգ",
    "灯 電球": "灯 電球",
}
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def schedule_at(database: Database, at: datetime) -> datetime:
    with database.transaction() as session:
        session.execute(insert(Schedule).values(name="toy", rule="every hour", next_at=at))
    with database.transaction() as session:
        return session.execute(select(Schedule.next_at)).scalar_one()


def write_one_number_twice(database: Database) -> None:
    with database.transaction() as session:
        session.execute(insert(Note).values(id=1, text="a"))
        session.execute(insert(Note).values(id=1, text="b"))


def test_a_moment_comes_back_aware_and_in_utc(database: Database) -> None:
    read = schedule_at(database, NOON.astimezone(timezone(timedelta(hours=5))))
    assert (read, read.utcoffset()) == (NOON, timedelta(0))


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="the time has no time zone"):
        schedule_at(database, NOON.replace(tzinfo=None))


def test_moments_are_compared_as_moments(database: Database) -> None:
    schedule_at(database, NOON)
    earlier = (NOON - timedelta(minutes=1)).astimezone(timezone(timedelta(hours=9)))
    with database.transaction() as session:
        assert session.scalar(select(Schedule.name).where(Schedule.next_at > earlier)) == "toy"


def test_what_a_block_wrote_is_gone_when_it_raises(database: Database) -> None:
    with pytest.raises(IntegrityError):
        write_one_number_twice(database)
    assert count(database) == 0


def test_writers_wait_for_each_other_and_do_not_fail(database: Database) -> None:
    started = threading.Barrier(4)

    def read_then_write(number: int) -> None:
        started.wait()
        for step in range(10):
            with database.transaction() as session:
                session.scalar(select(func.count()).select_from(Note))
                session.add(Note(text=f"{number}:{step}"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(read_then_write, range(4)))
    assert count(database) == 40


def test_lower_case_covers_every_script(database: Database) -> None:
    with database.transaction(read_only=True) as session:
        assert {word: session.scalar(select(func.lower(literal(word)))) for word in LETTERS} == LETTERS
        assert session.scalar(select(func.lower(null()))) is None


@on_sqlite
def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    with database.transaction() as session:
        session.execute(insert(Note).values(text="not yet"))
        assert count(database) == 0
    assert count(database) == 1


@on_sqlite
def test_foreign_keys_and_the_log_of_sqlite_are_on(database: Database) -> None:
    with database.transaction() as session:
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # the worker's pool forks as well
def test_a_forked_process_opens_connections_of_its_own(database: Database) -> None:
    write(database, "from the parent")
    child = multiprocessing.get_context("fork").Process(target=write, args=(database, "from the child"))
    child.start()
    child.join(PATIENCE)
    assert child.exitcode == 0
    assert count(database) == 2


def test_opening_connects_to_nothing(tmp_path: Path) -> None:
    unreachable(data_dir=tmp_path).close()
    assert list(tmp_path.iterdir()) == []


def test_a_url_with_parameters_of_sqlite_creates_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    unreachable(database_url="sqlite:///file:lamps/golden.db?mode=ro&uri=true").close()
    assert list(tmp_path.iterdir()) == []


@on_sqlite
def test_a_database_that_is_not_closed_leaves_no_connection_open(settings: Settings) -> None:
    dropped = open_database(settings)
    with dropped.transaction() as session:
        session.execute(select(1))
    pool = dropped.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedin() == 1
    del dropped, session
    gc.collect()
    assert pool.checkedin() == 0
