"""Answers of every kind that an operation may give, each beside a note that it writes."""

from typing import Literal

from flask import Response
from pydantic import BaseModel

from core.errors import Forbidden, Refusal, TooManyRequests, Unauthenticated
from core.http import Resource, body, no_content
from core.http.idempotency import MAX_ANSWER_BYTES
from tests.core.toy.service import Notes


class OutOfPaper(Refusal):
    """A refusal of the app's own, which calls no constructor of core."""

    title = "Out of paper"

    def __init__(self, sheets: int) -> None:
        self.sheets = sheets


REFUSALS: dict[str, Refusal] = {
    "own": OutOfPaper(0),
    "unauthenticated": Unauthenticated("Send a token", 'Bearer realm="toy"'),
    "forbidden": Forbidden("Only editors write notes"),
    "too many": TooManyRequests("At most one note a minute", retry_after=30),
}


class Wanted(BaseModel):
    """The kind of answer."""

    answer: Literal[
        "binary",
        "cookies",
        "nothing",
        "refused",
        "broken",
        "large",
        "stream",
        "half",
        "own",
        "unauthenticated",
        "forbidden",
        "too many",
    ]


class Answers(Resource[Notes]):
    """Answers of every kind."""

    @body(Wanted)
    def post(self, wanted: Wanted) -> Response:
        """Write a note, and answer in the wanted way."""
        return written(self.service, wanted)

    @body(Wanted)
    def patch(self, wanted: Wanted) -> Response:
        """Write a note, and answer in the wanted way."""
        return written(self.service, wanted)

    @body(Wanted)
    def put(self, wanted: Wanted) -> Response:
        """Write a note, and answer in the wanted way; Idempotency-Key has no meaning here."""
        return written(self.service, wanted)


def written(notes: Notes, wanted: Wanted) -> Response:
    """Write a note; the answer of the wanted kind."""
    notes.write(wanted.answer)
    if wanted.answer in REFUSALS:
        raise REFUSALS[wanted.answer]
    if wanted.answer == "half":
        notes.commit()
        raise RuntimeError("after a commit")
    answers = {
        "binary": Response(bytes(range(256)), mimetype="application/octet-stream"),
        "cookies": Response("{}", 201, [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("ETag", '"7"')]),
        "nothing": no_content(),
        "refused": Response("no", 409),
        "broken": Response("broken", 502),
        "large": Response(b"x" * (MAX_ANSWER_BYTES + 1)),
        "stream": Response(iter(["a", "b"])),
    }
    return answers[wanted.answer]
