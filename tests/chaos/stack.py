"""The whole service in real processes: servers, web, workers and beat."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL

from pydantic import SecretStr
from redis import Redis
from sqlalchemy import insert

from core.commands.processes import beat_command, web_command, worker_command
from core.config import Settings
from core.database.engine import Database, open_database
from core.database.migrate import Migrations
from core.jobs.models import CORE_BRANCH
from core.testing.services import PostgresServer, RedisServer, build_postgres, build_redis, free_port
from tests.chaos.app import TALLIES, Base, Tally
from tests.chaos.effect_records import EffectReader
from tests.chaos.process import Process, living_in, send
from tests.chaos.subjects import Subject
from tests.chaos.ticks import record_ticks
from tests.chaos.times import GRACE, LEASE, STOP_GRACE
from tests.core.processes import clean_environment

WORKERS = ("worker-1", "worker-2")
CONCURRENCY = 3
MODULES = ("project.web", "project.worker")
SOCKET = "control.sock"


@dataclass(frozen=True)
class Stack:
    """Everything that can be broken; `redis` and `postgres` are None on the embedded stack."""

    subject: Subject
    settings: Settings
    redis: RedisServer | None
    postgres: PostgresServer | None
    web: Process
    workers: Sequence[Process]
    beat: Process
    database: Database

    @property
    def reader(self) -> EffectReader:
        """What its jobs are counted from."""
        return self.subject.open_reader(self.database)

    @property
    def processes(self) -> list[Process]:
        """Every process of the service."""
        beats = [self.beat] if self.subject.has_ledger else []
        return [self.web, *self.workers, *beats]

    def start(self) -> None:
        """Start every process that does not run, and wait until all are ready."""
        for process in self.processes:
            process.start()
        for process in self.processes:
            process.wait()

    def forget(self) -> int:
        """Without a ledger, empty the broker, so that no round gets the messages of another.

        Returns how many messages were taken and not acknowledged.
        """
        if self.redis is None or self.subject.has_ledger:
            return 0
        for worker in self.workers:
            worker.kill()
        with Redis(port=self.redis.port) as redis:
            held: int = redis.hlen("unacked")
            redis.flushall()
        return held

    def is_busy(self) -> bool:
        """Whether the broker may still deliver a job, which without a ledger may be a repetition."""
        if self.redis is None or self.subject.has_ledger:
            return False
        with Redis(port=self.redis.port) as redis:
            left: int = redis.hlen("unacked") + redis.llen("default")
        return left > 0

    def another_beat(self) -> Process:
        """A second beat, not started."""
        return Process("beat-2", self.beat.command, self.beat.environment, self.beat.folder, self.beat.ready_word)


def stack_name(*, embedded: bool) -> str:
    """Its name in the tables."""
    return "folder + SQLite" if embedded else "Redis + PostgreSQL"


@contextmanager
def open_stack(subject: Subject, folder: Path, *, embedded: bool) -> Iterator[Stack]:
    """Servers and processes in a folder, all of them ended after the block."""
    with ExitStack() as opened:
        # Last: processes that were starting at Ctrl-C, or that outlive their parents.
        opened.callback(lambda: send(SIGKILL, living_in(folder)))
        redis = None if embedded else start_redis(folder / "redis", opened)
        postgres = None if embedded else start_postgres(folder / "postgres", opened)
        settings = build_settings(folder, redis, postgres)
        database = open_database(settings)
        opened.callback(database.close)
        prepare(database)
        stack = build_stack(subject, settings, (redis, postgres), database)
        for process in (*stack.processes, stack.beat):
            opened.callback(process.kill)
        stack.start()
        yield stack


def build_stack(
    subject: Subject, settings: Settings, servers: tuple[RedisServer | None, PostgresServer | None], database: Database
) -> Stack:
    """The processes, not started."""
    environment = environment_of(settings)

    def process(name: str, command: Sequence[str], ready_word: bytes) -> Process:
        ours = [renamed(word, subject) for word in command]
        return Process(name, ours, environment, settings.data_dir, ready_word)

    web = process("web", web_command(settings), b"")
    web.port = settings.port
    workers = [process(name, [*worker_command(settings), "-n", f"{name}@%h"], b"ready.") for name in WORKERS]
    beat = process("beat", beat_command(settings), b"beat: Starting")
    return Stack(subject, settings, *servers, web, workers, beat, database)


def build_settings(folder: Path, redis: RedisServer | None, postgres: PostgresServer | None) -> Settings:
    """Short times and small numbers."""
    return Settings(
        environment="test",
        data_dir=folder,
        database_url=SecretStr(postgres.url(postgres.create_database()) if postgres else ""),
        redis_url=SecretStr(redis.url if redis else ""),
        port=free_port(),
        web_workers=2,
        web_threads=4,
        web_streams=1,
        worker_concurrency=CONCURRENCY,
        job_lease=LEASE,
        job_grace=GRACE,
        stop_grace=STOP_GRACE,
    )


def environment_of(settings: Settings) -> Mapping[str, str]:
    """The settings as variables."""
    values = {
        name.upper(): value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in settings
        if name in settings.model_fields_set
    }
    return clean_environment(**values)


def renamed(word: str, subject: Subject) -> str:
    """A word of a command line, with the subject's modules instead of the project's."""
    for ours, theirs in zip(MODULES, (subject.web, subject.worker), strict=True):
        word = word.replace(ours, theirs)
    return word


def prepare(database: Database) -> None:
    """Make the tables."""
    Migrations(database, (CORE_BRANCH,)).upgrade()
    Base.metadata.create_all(database.engine)
    record_ticks(database)
    with database.transaction() as session:
        session.execute(insert(Tally), [{"id": number, "steps": 0} for number in range(TALLIES)])


def start_redis(folder: Path, opened: ExitStack) -> RedisServer:
    """A Redis that can be reached by a socket when its port is closed."""
    folder.mkdir()
    server = build_redis(folder, "--unixsocket", str(folder / SOCKET))
    opened.callback(server.stop)
    server.start()
    return server


def start_postgres(folder: Path, opened: ExitStack) -> PostgresServer:
    """A PostgreSQL."""
    folder.mkdir()
    server = build_postgres(folder)
    opened.callback(server.stop)
    server.start()
    return server
