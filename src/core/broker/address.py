"""REDIS_URL, parsed before anything connects; errors name the variable and repeat no part of its value."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from core.config import Settings
from core.environ import SettingsError

ESCAPES = "in a password, write # as %23, / as %2F, ? as %3F, @ as %40 and [ as %5B"
# Of the parameters, only those that Celery and redis-py both read; REDIS_TIMEOUT and others are settings.
TLS_PARAMETERS = ("ssl_ca_certs", "ssl_cert_reqs", "ssl_certfile", "ssl_check_hostname", "ssl_keyfile")
CERTIFICATE_CHECKS = ("none", "optional", "required")
PORTS = range(1, 65536)


def broker_url(settings: Settings) -> str:
    """The broker's URL for Celery and redis-py; raises SettingsError if REDIS_URL is not one."""
    if settings.is_broker_embedded:
        return settings.broker
    try:
        return _checked(settings.broker)
    except ValueError as error:
        mistake = f"REDIS_URL: {error}"
    raise SettingsError([mistake])


def _checked(url: str) -> str:
    if not url.isprintable() or " " in url:
        raise ValueError("contains a space or a character that cannot be printed")
    try:
        parts, port = urlsplit(url), _port(url)
    except ValueError:
        raise ValueError(f"the host or the port cannot be read; {ESCAPES}") from None
    if port not in PORTS:
        raise ValueError(f"the port must be a number from 1 to 65535; {ESCAPES}")
    if "#" in url or "@" in parts.path + parts.query:
        raise ValueError(f"what follows the host cannot be read; {ESCAPES}")
    if parts.path not in {"", "/"} and not parts.path.removeprefix("/").isdecimal():
        raise ValueError(f"the database must be a number, as in redis://host:6379/0; {ESCAPES}")
    return parts._replace(query=_query(parts.scheme, parts.query)).geturl()


def _port(url: str) -> int:
    port = urlsplit(url).port
    return 6379 if port is None else port


def _query(scheme: str, query: str) -> str:
    parameters = dict(parse_qsl(query, keep_blank_values=True))
    if not parameters.keys() <= set(TLS_PARAMETERS):
        raise ValueError(f"the only parameters are {', '.join(TLS_PARAMETERS)}; {ESCAPES}")
    if parameters and scheme != "rediss":
        raise ValueError("parameters that begin with ssl_ need the scheme rediss://")
    return urlencode(parameters | _certificate_check(parameters)) if scheme == "rediss" else ""


def _certificate_check(parameters: Mapping[str, str]) -> dict[str, str]:
    # Without this parameter, Celery would not speak TLS at all. Celery writes CERT_NONE, but both libraries read none.
    check = parameters.get("ssl_cert_reqs", "required").lower().removeprefix("cert_")
    if check not in CERTIFICATE_CHECKS:
        raise ValueError("ssl_cert_reqs must be none, optional or required")
    return {"ssl_cert_reqs": check}
