"""The settings: each a field with its type, default and reason; frozen once read."""

from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, Field, PrivateAttr, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

DEVELOPMENT_KEY = SecretStr("known-to-everyone-and-refused-in-production")

SECRET_CHARACTERS = 32

SectionT = TypeVar("SectionT", bound="Section")
Seconds = Annotated[float, Field(gt=0)]


def _beginning(*schemes: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        if value and not value.get_secret_value().startswith(schemes):
            raise ValueError(f"must begin with {' or '.join(schemes)}")
        return value

    return AfterValidator(check)


DatabaseUrl = Annotated[SecretStr, _beginning("postgresql+psycopg://", "postgresql://", "sqlite:///")]
RedisUrl = Annotated[SecretStr, _beginning("redis://", "rediss://")]
StorageUrl = Annotated[SecretStr, _beginning("file:///", "s3://", "memory://")]


class Section(BaseSettings):
    """An app's own settings: subclass it with `env_prefix="<APP>_"` and name the class in the app's declaration."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)


class Settings(BaseSettings):
    """What core itself reads; the environment variable is the field's name in upper case."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)
    _sections: tuple[Section, ...] = PrivateAttr(default=())

    environment: Literal["development", "test", "production"] = Field(
        "development", description="production refuses debug, embedded back ends and the default secret key"
    )
    debug: bool = Field(default=False, description="Flask's debug mode: never in production")
    apps: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="the apps that this process serves, separated by commas; empty: all of them"
    )
    secret_key: SecretStr = Field(DEVELOPMENT_KEY, description="signs cursors; 32 random characters or more")

    data_dir: Path = Field(Path("var"), description="where the embedded database, broker and storage keep their files")
    database_url: DatabaseUrl = Field(
        SecretStr(""), description="postgresql+psycopg://user:password@host/name; empty: SQLite in DATA_DIR"
    )
    database_pool_size: int = Field(8, gt=0, description="connections that one process keeps (PostgreSQL)")
    database_timeout: Seconds = Field(5, description="seconds to wait for a connection, or for SQLite's write lock")
    redis_url: RedisUrl = Field(
        SecretStr(""), description="redis://:password@host:6379/0, the broker; empty: a folder in DATA_DIR"
    )
    redis_timeout: Seconds = Field(1, description="seconds for connecting to Redis and for each answer from it")
    storage_url: StorageUrl = Field(
        SecretStr(""), description="file:///path or s3://bucket/prefix for uploads and results; empty: in DATA_DIR"
    )
    upload_dir: str = Field(
        "", description="a folder on disk where uploads wait until they are stored; empty: the storage's, or DATA_DIR"
    )

    host: str = Field("127.0.0.1", description="the address that web listens on")
    port: int = Field(8000, gt=0, lt=65536, description="the port that web listens on")
    web_workers: int = Field(1, gt=0, description="web processes")
    web_threads: int = Field(8, gt=0, description="requests that one web process serves at once")
    web_streams: int = Field(
        4, ge=0, description="event streams that one web process serves at once; below WEB_THREADS: requests come first"
    )
    max_body_bytes: int = Field(1_048_576, gt=0, description="the largest JSON body that is read")
    max_upload_bytes: int = Field(1_073_741_824, gt=0, description="the largest uploaded file that is read")

    worker_concurrency: int = Field(2, gt=0, description="jobs that one worker runs at once, each in a process")
    worker_queues: Annotated[tuple[str, ...], NoDecode] = Field(
        ("default",), description="the queues that a worker takes jobs from, separated by commas"
    )
    job_lease: Seconds = Field(30, description="seconds after which a silent worker has lost its job")
    job_grace: Seconds = Field(
        10, description="seconds after which a published job that nobody took is published again"
    )
    job_retention_days: int = Field(30, gt=0, description="days that a finished job is kept")
    idempotency_retention_hours: int = Field(
        24, gt=0, description="hours for which the answer to a request with an Idempotency-Key is kept and repeated"
    )
    max_live_jobs: int = Field(100_000, gt=0, description="unfinished jobs above which new ones are refused with 503")
    job_time_limit: Seconds = Field(3600, description="seconds after which a job that never ends is stopped")
    stop_grace: Seconds = Field(10, description="seconds that running requests and jobs get when a process is stopped")

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="the least level that is logged"
    )
    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="auto: for people in development, JSON otherwise"
    )
    health_timeout: Seconds = Field(2, description="seconds that each dependency gets for /health/ready and /metrics")
    metrics: bool = Field(default=True, description="serve /metrics for Prometheus, to whoever reaches web")
    otel_exporter_otlp_endpoint: str = Field(
        "", description="http://collector:4318, where traces are sent by OTLP over HTTP; empty: none are made"
    )
    reload: bool = Field(default=False, description="restart web and worker when the code changes (development)")

    @field_validator("apps", "worker_queues", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _leaves_threads_for_requests(self) -> Self:
        if self.web_streams >= self.web_threads:
            raise ValueError(f"WEB_STREAMS: {self.web_streams} would leave none of WEB_THREADS={self.web_threads} free")
        return self

    @model_validator(mode="after")
    def _fit_for_production(self) -> Self:
        if self.environment == "production" and (unfit := self._unfit()):
            raise ValueError("not fit for ENVIRONMENT=production: " + "; ".join(unfit))
        return self

    def _unfit(self) -> list[str]:
        rules = {
            "DEBUG must be off": self.debug,
            "RELOAD must be off": self.reload,
            f"SECRET_KEY must be set, to {SECRET_CHARACTERS} characters or more": self.secret_key == DEVELOPMENT_KEY
            or len(self.secret_key.get_secret_value()) < SECRET_CHARACTERS,
            "DATABASE_URL must name a PostgreSQL database": not self._is_set(self.database_url, "postgresql"),
            "REDIS_URL must be set": not self._is_set(self.redis_url, "redis"),
            "DATABASE_URL must have a password of its own": self._is_known(self.database_url),
            "REDIS_URL must have a password of its own": self._is_known(self.redis_url),
            "STORAGE_URL must name a folder or a bucket": not self._is_set(self.storage_url, ("file", "s3")),
        }
        return [rule for rule, broken in rules.items() if broken]

    @staticmethod
    def _is_set(url: SecretStr, scheme: str | tuple[str, ...]) -> bool:
        value = url.get_secret_value()
        return bool(value) and value.startswith(scheme)

    @staticmethod
    def _is_known(url: SecretStr) -> bool:
        # The stack of containers gives its databases this word for a password until it is told another.
        return DEVELOPMENT_KEY.get_secret_value() in url.get_secret_value()

    def with_sections(self, *sections: Section) -> Self:
        """The same settings, carrying the apps' own."""
        settings = self.model_copy()
        settings._sections = sections
        return settings

    def of(self, kind: type[SectionT]) -> SectionT:
        """An app's own settings, asked for by type; LookupError where no served app declares them."""
        for section in self._sections:
            if isinstance(section, kind):
                return section
        raise LookupError(f"no app of this project declares {kind.__name__}")

    @property
    def database(self) -> str:
        """The database's URL for SQLAlchemy."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.data_dir.absolute()}/golden.db"

    @property
    def storage(self) -> str:
        """The storage's URL."""
        return self.storage_url.get_secret_value() or (self.data_dir.absolute() / "storage").as_uri()

    @property
    def upload_folder(self) -> Path:
        """Where an upload waits until it is stored: beside its place, where there is room for it."""
        storage = urlsplit(self.storage)
        beside = Path(unquote(storage.path)) if storage.scheme == "file" else self.data_dir
        return Path(self.upload_dir or beside).absolute()

    @property
    def broker(self) -> str:
        """The broker's URL for Celery."""
        return self.redis_url.get_secret_value() or "filesystem://localhost//"

    @property
    def broker_folder(self) -> Path:
        """Where the embedded broker keeps its messages."""
        return self.data_dir.absolute() / "broker" / "messages"

    @property
    def liveness_folder(self) -> Path:
        """Where the processes of this machine keep their liveness files."""
        return self.data_dir.absolute() / "liveness"

    @property
    def is_broker_embedded(self) -> bool:
        """Whether jobs' hints travel through a folder instead of Redis."""
        return not self.redis_url.get_secret_value()
