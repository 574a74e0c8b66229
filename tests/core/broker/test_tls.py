"""Redis over TLS: both libraries check the certificate, and a failure is reported once, with its cause."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.broker.celery import build_celery
from core.broker.publisher import open_broker
from core.composition import Project
from core.config import Settings
from core.errors import Unavailable
from core.observability.liveness import Liveness
from core.testing.services import build_redis, find_program, free_port
from core.testing.waiting import PATIENCE, wait_until
from tests.core.events import Events
from tests.core.marks import on_sqlite
from tests.core.toy.messages import WriteNote
from tests.core.workers import job, with_broker, worker

SUBJECT = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")


@dataclass(frozen=True)
class SecureRedis:
    """A Redis with a certificate of its own."""

    url: str
    certificate: Path

    @property
    def trusted_url(self) -> str:
        """REDIS_URL with the certificate's authority."""
        return f"{self.url}?ssl_ca_certs={self.certificate}"


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[SecureRedis]:
    """A running Redis that speaks TLS."""
    openssl = find_program("openssl")
    if openssl is None:
        pytest.skip("this machine has no openssl")
    certificate, key, port = tmp_path / "redis.crt", tmp_path / "redis.key", free_port()
    files = ("-keyout", str(key), "-out", str(certificate))
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *files, *SUBJECT]
    subprocess.run(command, check=True, capture_output=True)
    options = ["--tls-port", str(port), "--tls-cert-file", str(certificate), "--tls-key-file", str(key)]
    server = build_redis(tmp_path, *options, "--tls-ca-cert-file", str(certificate), "--tls-auth-clients", "no")
    server.start()
    yield SecureRedis(f"rediss://127.0.0.1:{port}/0", certificate)
    server.stop()


def settings_for(url: str) -> Settings:
    return Settings(redis_url=SecretStr(url), redis_timeout=PATIENCE)


def test_both_libraries_trust_the_named_authority(redis: SecureRedis) -> None:
    settings = settings_for(redis.trusted_url)
    open_broker(settings).ping()
    with build_celery(settings).connection_for_read() as connection:
        connection.ensure_connection(max_retries=1)
        assert connection.connected


def test_both_libraries_go_on_without_a_check(redis: SecureRedis) -> None:
    settings = settings_for(f"{redis.url}?ssl_cert_reqs=CERT_NONE")
    open_broker(settings).ping()
    with build_celery(settings).connection_for_read() as connection:
        connection.ensure_connection(max_retries=1)
        assert connection.connected


def down_seconds(settings: Settings) -> float:
    file = settings.liveness_folder / "worker.json"
    liveness = Liveness(**json.loads(file.read_text())) if file.exists() else None
    return liveness.at - (liveness.broker_down_since or liveness.at) if liveness else 0


@on_sqlite
def test_an_unknown_certificate_is_reported_once_with_its_cause(redis: SecureRedis, events: Events) -> None:
    broker = open_broker(settings_for(redis.url))
    for _ in range(2):
        with pytest.raises(Unavailable):
            broker.ping()
    (event,) = events()
    assert (event["event"], "CERTIFICATE_VERIFY_FAILED" in str(event["reason"])) == ("broker unavailable", True)


@on_sqlite
@pytest.mark.slow
def test_a_worker_takes_a_job_over_tls(project: Project, redis: SecureRedis, tmp_path: Path) -> None:
    composition = with_broker(project, redis.trusted_url)
    with worker(composition.extensions.settings, tmp_path):
        with composition.extensions.units.open() as unit:
            job_id = unit.enqueue(WriteNote(text="hello"))
        wait_until(lambda: job(composition, job_id).state == "succeeded", what="the job's end")
    composition.extensions.close()


@on_sqlite
@pytest.mark.slow
def test_a_worker_that_does_not_trust_its_broker_reports_the_cause_once(
    project: Project, redis: SecureRedis, tmp_path: Path
) -> None:
    composition = with_broker(project, redis.url)
    with worker(composition.extensions.settings, tmp_path) as process:
        wait_until(lambda: "Cannot connect to" in process.output(), what="Celery's report")
        wait_until(lambda: down_seconds(composition.extensions.settings) > 4, what="several attempts of both libraries")
        process.end()
    lines = [line for line in process.output().splitlines() if "CERTIFICATE_VERIFY_FAILED" in line]
    assert len(lines) == 3
    composition.extensions.close()
