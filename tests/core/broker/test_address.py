"""REDIS_URL: what cannot be read is refused in one sentence that repeats no part of it."""

import ssl
from pathlib import Path

import pytest
from kombu.exceptions import OperationalError
from pydantic import SecretStr

from core.broker.address import broker_url
from core.broker.celery import build_celery
from core.broker.publisher import open_broker
from core.config import Settings
from core.environ import SettingsError


def with_redis(url: str) -> Settings:
    return Settings(redis_url=SecretStr(url))


@pytest.mark.parametrize(
    "url, sentence",
    [
        ("redis://:hun#ter2@host:6379/0", "the host or the port cannot be read"),
        ("redis://:123#hunter2@host:6379/0", "what follows the host cannot be read"),
        ("redis://:hun/ter2@host:6379/0", "the host or the port cannot be read"),
        ("redis://:12/hunter2@host:6379/0", "what follows the host cannot be read"),
        ("redis://hunter/2@host:6379/0", "what follows the host cannot be read"),
        ("redis://:hun?ter2@host:6379/0", "the host or the port cannot be read"),
        ("redis://:12?hunter2@host:6379/0", "what follows the host cannot be read"),
        ("redis://:hun[ter2@host:6379/0", "the host or the port cannot be read"),
        ("redis://:hun ter2@host:6379/0", "contains a space"),
        ("redis://:hunter2\n@host:6379/0", "contains a space or a character that cannot be printed"),
        ("redis://:hunter2@host:6379#ter", "what follows the host cannot be read"),
        ("redis://:hunter2@host:abc/0", "the host or the port cannot be read"),
        ("redis://:hunter2@host:0/0", "the port must be a number from 1 to 65535"),
        ("redis://:hunter2@host:65536/0", "the host or the port cannot be read"),
        ("redis://:hunter2@host:-1/0", "the host or the port cannot be read"),
        ("redis://:hunter2@host/zero", "the database must be a number, as in redis://host:6379/0"),
        ("redis://:hunter2@host/0/1", "the database must be a number"),
        ("redis://:hunter2@host/0?hunter=2", "the only parameters are ssl_ca_certs, ssl_cert_reqs"),
        ("redis://:hunter2@host/0?ssl_cert_reqs=none", "parameters that begin with ssl_ need the scheme rediss://"),
        ("rediss://:hunter2@host/0?ssl_cert_reqs=no", "ssl_cert_reqs must be none, optional or required"),
    ],
)
def test_a_url_that_cannot_be_read_is_refused_without_a_piece_of_the_secret(url: str, sentence: str) -> None:
    for use in (open_broker, build_celery):
        with pytest.raises(SettingsError) as refused:
            use(with_redis(url))
        (mistake,) = refused.value.mistakes
        assert mistake.startswith(f"REDIS_URL: {sentence}")
        assert not any(piece in mistake for piece in ("hun", "ter2"))
        assert (refused.value.__cause__, refused.value.__context__) == (None, None)


@pytest.mark.parametrize(
    "url",
    [
        "redis://host",
        "redis://host/",
        "redis://:p%23a%2Fs%3Fs%40@[::1]:7000/15",
        "redis://user:@hunter2@host:6379/0",
        "rediss://host:6380/0?ssl_ca_certs=%2Fetc%2Fca.pem&ssl_cert_reqs=optional",
    ],
)
def test_a_url_that_can_be_read_stays_as_it_is(url: str) -> None:
    assert broker_url(with_redis(url)) == url


@pytest.mark.parametrize("spelling", ["CERT_NONE", "none", "NONE"])
def test_celerys_spelling_of_the_certificate_check_works_for_both_libraries(spelling: str) -> None:
    settings = with_redis(f"rediss://host/0?ssl_cert_reqs={spelling}")
    open_broker(settings)
    with build_celery(settings).connection_for_read() as connection:
        assert connection.ssl == {"ssl_cert_reqs": ssl.CERT_NONE}
    assert broker_url(settings) == "rediss://host/0?ssl_cert_reqs=none"


def test_the_embedded_broker_needs_no_url(tmp_path: Path) -> None:
    assert broker_url(Settings(data_dir=tmp_path)).startswith("filesystem://")


def test_a_worker_reports_each_cause_of_a_failing_connection_once() -> None:
    reported: list[str] = []
    celery = build_celery(with_redis("redis://127.0.0.1:1/0"))

    def report(error: Exception, _interval: float) -> None:
        reported.append(str(error))

    with celery.connection_for_read() as connection, pytest.raises(OperationalError):
        connection.ensure_connection(report, 2)
    assert len(reported) == 1
