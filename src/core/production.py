"""The rules of production: why a secret or an address is refused there. No sentence repeats a value."""

import re
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

SECRET_CHARACTERS = 32
DISTINCT_CHARACTERS = 8
# Words of placeholders. Each is too long to appear in a random key by chance.
PLACEHOLDER = re.compile(
    "change|secret|password|passwort|passwd|example|sample|insecure|placeholder|default|replace|known-to-everyone"
    "|develop|testing|production|qwerty|letmein",
    re.IGNORECASE,
)
OPEN_REDIS = "REDIS_URL must have a password (in a private network, ALLOW_REDIS_WITHOUT_PASSWORD=1 accepts it without)"


def problems_of_key(key: SecretStr, known: SecretStr) -> Iterator[str]:
    """Why this is no secret key: it is the known one, too short, or easily guessed."""
    text = key.get_secret_value()
    if key == known or len(text) < SECRET_CHARACTERS:
        yield f"SECRET_KEY must be set, to {SECRET_CHARACTERS} characters or more"
    elif _is_guessable(text):
        yield "SECRET_KEY must be random (`openssl rand -hex 32` prints such a key)"


def problems_of_database(url: SecretStr, known: SecretStr) -> Iterator[str]:
    """Why this is no database for production: another kind, or the known password."""
    text = url.get_secret_value()
    if not text.startswith("postgresql"):
        yield "DATABASE_URL must name a PostgreSQL database"
    if known.get_secret_value() in text:
        yield "DATABASE_URL must have a password of its own"


def problems_of_redis(url: SecretStr, known: SecretStr, *, is_open_allowed: bool) -> Iterator[str]:
    """Why this is no broker for production: none, no password unless that is allowed, or the known password."""
    text = url.get_secret_value()
    if not text:
        yield "REDIS_URL must be set"
    elif not is_open_allowed and not _has_password(text):
        yield OPEN_REDIS
    if known.get_secret_value() in text:
        yield "REDIS_URL must have a password of its own"


def problems_of_storage(url: SecretStr) -> Iterator[str]:
    """Why this is no storage for production: it would not last."""
    if not url.get_secret_value().startswith(("file:", "s3:")):
        yield "STORAGE_URL must name a folder or a bucket"


def _is_guessable(text: str) -> bool:
    """Whether a key consists of few characters, of repetitions, of neighbours as in `abcd`, or of a placeholder."""
    is_repetition = any(text[length:] == text[:-length] for length in range(1, len(text) // 2 + 1))
    neighbours = sum(abs(ord(one) - ord(other)) <= 1 for one, other in pairwise(text))
    are_few = len(set(text)) < DISTINCT_CHARACTERS
    return are_few or is_repetition or neighbours * 3 > len(text) * 2 or bool(PLACEHOLDER.search(text))


def _has_password(url: str) -> bool:
    """Whether an address carries a password, before its host or as `?password=`; an unreadable address counts."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    return bool(parts.password or any(parse_qs(parts.query).get("password", ())))
