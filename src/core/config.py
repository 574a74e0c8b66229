"""The settings of core: each a field with its type, default and description; frozen once they are read."""

from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar
from urllib.parse import unquote, urlsplit

from pydantic import Field, PrivateAttr, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from core.production import problems_of_database, problems_of_key, problems_of_redis, problems_of_storage
from core.variables import DatabaseUrl, RedisUrl, StorageUrl, Variables

DEVELOPMENT_KEY = SecretStr("known-to-everyone-and-refused-in-production")

SectionT = TypeVar("SectionT", bound="Section")
Seconds = Annotated[float, Field(gt=0)]


class Section(Variables):
    """An app's own settings: subclass it with `env_prefix="<APP>_"` and name the class in the app's declaration."""

    # Repeated because mypy compares an app's override with the direct base class.
    model_config = Variables.model_config


class Settings(Variables):
    """The settings that core reads; the environment variable of a field is its name in upper case."""

    _sections: tuple[Section, ...] = PrivateAttr(default=())

    environment: Literal["development", "test", "production"] = Field(
        "development",
        description="development, test or production; production refuses debug mode, embedded back ends, weak secrets",
    )
    debug: bool = Field(default=False, description="Flask's debug mode; refused in production")
    apps: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="the apps that this process serves, separated by commas; empty: all of them"
    )
    secret_key: SecretStr = Field(
        DEVELOPMENT_KEY, description="signs the cursors of pages; in production 32 random characters or more"
    )

    data_dir: Path = Field(Path("var"), description="folder of the embedded database, broker and storage")
    database_url: DatabaseUrl = Field(
        SecretStr(""),
        description="postgresql+psycopg://user:password@host/name, also postgres://; empty: SQLite in DATA_DIR",
    )
    database_pool_size: int = Field(8, gt=0, description="connections to PostgreSQL that one process keeps open")
    database_timeout: Seconds = Field(5, description="seconds to wait for a connection, or for SQLite's write lock")
    redis_url: RedisUrl = Field(
        SecretStr(""),
        description="the broker: redis://:password@host:6379/0, or rediss:// for TLS; empty: a folder in DATA_DIR",
    )
    allow_redis_without_password: bool = Field(
        default=False,
        description="accept a REDIS_URL without a password in production; only if its network is private",
    )
    redis_timeout: Seconds = Field(1, description="seconds to wait for a connection to Redis, and for each answer")
    storage_url: StorageUrl = Field(
        SecretStr(""),
        description="uploads and results: file:///path or s3://bucket/prefix; empty: a folder in DATA_DIR",
    )
    upload_dir: str = Field(
        "",
        description="local folder of uploads that are not stored yet; empty: the folder of the storage, or DATA_DIR",
    )

    host: str = Field("127.0.0.1", description="address that web listens on")
    port: int = Field(8000, gt=0, lt=65536, description="port that web listens on")
    web_workers: int = Field(1, gt=0, description="number of web processes")
    web_threads: int = Field(8, gt=0, description="requests that one web process serves at the same time")
    web_streams: int = Field(
        4,
        ge=0,
        description="event streams that one web process serves at the same time; fewer than WEB_THREADS",
    )
    max_body_bytes: int = Field(1_048_576, gt=0, description="largest JSON body that is accepted, in bytes")
    max_upload_bytes: int = Field(1_073_741_824, gt=0, description="largest uploaded file that is accepted, in bytes")

    worker_concurrency: int = Field(
        2, gt=0, description="jobs that one worker runs at the same time, each in a process"
    )
    worker_queues: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="queues that a worker takes jobs from, separated by commas; empty: every queue that a message of "
        "its apps names",
    )
    job_lease: Seconds = Field(
        30, description="seconds without a sign of life after which a worker's job is given to another"
    )
    job_grace: Seconds = Field(
        10, description="seconds after which a published job that no worker has taken is published again"
    )
    job_retention_days: int = Field(30, gt=0, description="days that a finished job is kept")
    idempotency_retention_hours: int = Field(
        24, gt=0, description="hours for which the answer to a request with an Idempotency-Key is kept and repeated"
    )
    max_live_jobs: int = Field(100_000, gt=0, description="unfinished jobs above which new ones are refused with 503")
    job_time_limit: Seconds = Field(3600, description="seconds after which a running job is stopped")
    stop_grace: Seconds = Field(10, description="seconds that running requests and jobs get to finish before a stop")

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="lowest level that is logged")
    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="auto: console (text for people) in development, json otherwise"
    )
    health_timeout: Seconds = Field(2, description="seconds that each check of /health/ready and /metrics may take")
    metrics: bool = Field(default=True, description="serve /metrics for Prometheus, without a password")
    otel_exporter_otlp_endpoint: str = Field(
        "", description="OpenTelemetry collector, such as http://collector:4318 (OTLP over HTTP); empty: no traces"
    )
    reload: bool = Field(
        default=False,
        description="restart the processes when the code changes, with a shorter STOP_GRACE; for development",
    )

    @field_validator("apps", "worker_queues", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _keep_threads_for_requests(self) -> Self:
        if self.web_streams >= self.web_threads:
            raise ValueError(f"WEB_STREAMS={self.web_streams} must be less than WEB_THREADS={self.web_threads}")
        return self

    @model_validator(mode="after")
    def _refuse_development_in_production(self) -> Self:
        if self.environment == "production" and (problems := self._problems_in_production()):
            raise ValueError("not fit for ENVIRONMENT=production: " + "; ".join(problems))
        return self

    def _problems_in_production(self) -> list[str]:
        return [
            *(f"{name} must be off" for name, is_on in {"DEBUG": self.debug, "RELOAD": self.reload}.items() if is_on),
            *problems_of_key(self.secret_key, DEVELOPMENT_KEY),
            *problems_of_database(self.database_url, DEVELOPMENT_KEY),
            *problems_of_redis(self.redis_url, DEVELOPMENT_KEY, is_open_allowed=self.allow_redis_without_password),
            *problems_of_storage(self.storage_url),
        ]

    def with_sections(self, *sections: Section) -> Self:
        """A copy of these settings that includes the apps' own."""
        settings = self.model_copy()
        settings._sections = sections
        return settings

    def of(self, kind: type[SectionT]) -> SectionT:
        """An app's own settings, by their type; raises LookupError if no served app declares them."""
        for section in self._sections:
            if isinstance(section, kind):
                return section
        raise LookupError(f"no app of this project declares {kind.__name__}")

    @property
    def database(self) -> str:
        """The URL of the database, for SQLAlchemy."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.data_dir.absolute()}/golden.db"

    @property
    def storage(self) -> str:
        """The URL of the storage."""
        return self.storage_url.get_secret_value() or (self.data_dir.absolute() / "storage").as_uri()

    @property
    def upload_folder(self) -> Path:
        """The folder of uploads that are not stored yet: on the storage's disk, which has room for them."""
        storage = urlsplit(self.storage)
        folder = Path(unquote(storage.path)) if storage.scheme == "file" else self.data_dir
        return Path(self.upload_dir or folder).absolute()

    @property
    def broker(self) -> str:
        """The URL of the broker, for Celery."""
        return self.redis_url.get_secret_value() or "filesystem://localhost//"

    @property
    def broker_folder(self) -> Path:
        """The folder of the embedded broker's messages."""
        return self.data_dir.absolute() / "broker" / "messages"

    @property
    def liveness_folder(self) -> Path:
        """The folder of the liveness files of this machine's processes."""
        return self.data_dir.absolute() / "liveness"

    @property
    def is_broker_embedded(self) -> bool:
        """Whether hints are sent through a folder instead of Redis."""
        return not self.redis_url.get_secret_value()
