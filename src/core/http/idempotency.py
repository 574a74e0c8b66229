"""Idempotency-Key: a request that is sent again gets the first answer and has no second effect.

The key is written in the same transaction as the request's effect, so that both exist or neither does: a refused or
failed request leaves no key, and may be sent again.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from flask import Request, Response
from pydantic import TypeAdapter
from sqlalchemy import delete, update
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from core.database.types import Document
from core.errors import Conflict, Invalid, Malformed, Unavailable, Violation
from core.jobs.models import IdempotencyKey
from core.jobs.policy import Policy
from core.jobs.statements import insert_if_absent

HEADER = "Idempotency-Key"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# PUT and DELETE have the same effect if they are sent twice.
KEYED_METHODS = frozenset({"POST", "PATCH"})
VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,255}")
CHUNK_BYTES = 1 << 20
MAX_ANSWER_BYTES = 1 << 20
HEADERS: TypeAdapter[dict[str, list[str]]] = TypeAdapter(dict[str, list[str]])


@dataclass(frozen=True)
class KeyedRequest:
    """A request's Idempotency-Key, and a hash of its method, URL and body."""

    key: str
    hash: str


def keyed_request(request: Request) -> KeyedRequest | None:
    """The request's key, or None if it has none; raises Malformed if it is not 1 to 255 visible ASCII characters."""
    key = request.headers.get(HEADER)
    if key is None or request.method not in KEYED_METHODS:
        return None
    if not VISIBLE_ASCII.fullmatch(key):
        raise Malformed("The idempotency key is invalid", (Violation(HEADER, "1 to 255 visible ASCII characters"),))
    return KeyedRequest(key, _hash(request))


def begin(session: Session, policy: Policy, keyed: KeyedRequest) -> Response | None:
    """Reserve the key until the transaction ends, or return the first answer to the same request.

    A concurrent request with the same key waits here for the first one's transaction. Raises Invalid if the key belongs
    to another request, and Conflict if the first request committed a part of its effect and then failed.
    """
    now = policy.clock()
    values = {"key": keyed.key, "request_hash": keyed.hash, "created_at": now}
    expired = IdempotencyKey.created_at < now - policy.idempotency_retention
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.key == keyed.key, expired))
    if (
        session.scalar(insert_if_absent(session, IdempotencyKey).values(values).returning(IdempotencyKey.key))
        is not None
    ):
        return None
    first = session.get(IdempotencyKey, keyed.key)
    if first is None:
        raise Unavailable("The idempotency key has just expired; try again", retry_after=1)
    return _first_answer(first, keyed)


def finish(session: Session, keyed: KeyedRequest, response: Response) -> None:
    """Store the answer beside the request's effect; raises Invalid if it is too large.

    An answer of 500 or above is not stored, so that the request may be sent again.
    """
    row = IdempotencyKey.key == keyed.key
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        session.execute(delete(IdempotencyKey).where(row))
        return
    headers: Document = {name: list(response.headers.getlist(name)) for name in set(response.headers.keys())}
    values = {"status": response.status_code, "headers": headers, "body": _body(response)}
    session.execute(update(IdempotencyKey).where(row).values(values))


def _first_answer(first: IdempotencyKey, keyed: KeyedRequest) -> Response:
    headers = HEADERS.validate_python(first.headers or {})
    if first.request_hash != keyed.hash:
        raise Invalid(
            "The idempotency key was used for another request",
            (Violation(HEADER, "send a new key, or the same request"),),
            link=next(iter(headers.get("Location", ())), None),
        )
    if first.status is None:
        raise Conflict("The first request with this idempotency key failed after a part of its effect was committed")
    return Response(first.body, first.status, [(name, value) for name in headers for value in headers[name]])


def _body(response: Response) -> bytes:
    if not response.is_streamed and len(body := response.get_data()) <= MAX_ANSWER_BYTES:
        return body
    raise Invalid(
        "The answer is too large to be stored for the idempotency key",
        (Violation(HEADER, f"send the request without it, because the answer has over {MAX_ANSWER_BYTES} bytes"),),
    )


def _hash(request: Request) -> str:
    digest = hashlib.sha256(f"{request.method} {request.full_path}".encode())
    for part in _parts(request):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _parts(request: Request) -> Iterator[bytes]:
    # The boundary of a form differs each time it is sent, so its parts are hashed instead of its bytes.
    if request.mimetype != "multipart/form-data":
        yield request.get_data()
        return
    for name, value in sorted(request.form.items(multi=True)):
        yield name.encode()
        yield value.encode()
    for name, file in sorted(request.files.items(multi=True), key=lambda item: item[0]):
        yield from (text.encode() for text in (name, file.filename or "", file.content_type or ""))
        yield from _chunks(file)


def _chunks(file: FileStorage) -> Iterator[bytes]:
    while chunk := file.stream.read(CHUNK_BYTES):
        yield chunk
    file.stream.seek(0)
