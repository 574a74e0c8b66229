"""A request that is built once and sent many times to a WSGI callable, without a server between."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from flask import Flask
from werkzeug.test import EnvironBuilder


@dataclass(frozen=True)
class Case:
    """A request, the status that answers it, and the case that it is compared with."""

    name: str
    path: str
    status: int = 200
    body: str | None = None
    base: str = ""


class Call:
    """Sends a case's request; raises ValueError if the answer has another status."""

    def __init__(self, web: Flask, case: Case) -> None:
        method = "GET" if case.body is None else "POST"
        kind = None if case.body is None else "application/json"
        self._body = (case.body or "").encode()
        self._environ = EnvironBuilder(case.path, method=method, data=case.body, content_type=kind).get_environ()
        self._web, self._case = web, case
        self._status = ""

    def __call__(self) -> bytes:
        answer = self._web.wsgi_app(self._environ | {"wsgi.input": BytesIO(self._body)}, self._start)
        content = b"".join(answer)
        if close := getattr(answer, "close", None):
            close()
        if not self._status.startswith(str(self._case.status)):
            raise ValueError(f"{self._case.name}: {self._status} {content[:500]!r}")
        return content

    def _start(self, status: str, *_others: object) -> Callable[[bytes], object]:
        self._status = status
        return lambda _data: None
