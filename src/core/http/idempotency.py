"""Idempotency-Key: a request that is sent twice makes one job and gets one answer."""

import hashlib
import re
from collections.abc import Iterator

from flask import Request
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from core.errors import Invalid, Malformed, Violation
from core.jobs.enqueue import Origin
from core.jobs.models import Job
from core.jobs.views import JobView
from core.observability.logging import current_request_id
from core.unit_of_work import UnitOfWorkFactory

HEADER = "Idempotency-Key"
VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,255}")
CHUNK_BYTES = 1 << 20


def origin_of(request: Request) -> Origin:
    """The request behind the jobs that it makes; raises Malformed for a key of more than 255 visible characters."""
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        return Origin(current_request_id(), is_of_client=True)
    if not VISIBLE_ASCII.fullmatch(key):
        raise Malformed(
            "The idempotency key cannot be used", (Violation(HEADER, "1 to 255 visible ASCII characters, no blanks"),)
        )
    return Origin(current_request_id(), key, _hash(request), is_of_client=True)


def earlier_job(units: UnitOfWorkFactory, origin: Origin) -> JobView | None:
    """The job that a request with this key made; raises Invalid where that request was another one."""
    with units.open(read_only=True) as unit:
        job = unit.session.scalar(select(Job).where(Job.idempotency_key == origin.idempotency_key))
        if job is None:
            return None
        if job.request_hash != origin.request_hash:
            raise Invalid(
                "The idempotency key was used for another request",
                (Violation(HEADER, "send a new key, or the same request"),),
                link=f"/jobs/{job.id}",
            )
        return JobView.model_validate(job)


def _hash(request: Request) -> str:
    digest = hashlib.sha256(f"{request.method} {request.full_path}".encode())
    for part in _parts(request):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _parts(request: Request) -> Iterator[bytes]:
    # A form's boundary differs from one sending to the next: what counts is what the form says.
    if request.mimetype != "multipart/form-data":
        yield request.get_data()
        return
    for name, value in sorted(request.form.items(multi=True)):
        yield name.encode()
        yield value.encode()
    for name, file in sorted(request.files.items(multi=True), key=lambda item: item[0]):
        yield name.encode()
        yield from _chunks(file)


def _chunks(file: FileStorage) -> Iterator[bytes]:
    while chunk := file.stream.read(CHUNK_BYTES):
        yield chunk
    file.stream.seek(0)
