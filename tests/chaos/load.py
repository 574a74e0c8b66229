"""Clients that send requests over HTTP and repeat each until its job is accepted."""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count

from tests.chaos.app import Apply
from tests.chaos.times import PATIENCE

CLIENTS = 6
TIMEOUT = 20
JSON = {"Content-Type": "application/json"}

KINDS = {
    3: Apply(number=0, steps=3, before=0.01),
    5: Apply(number=0, before=0.3),
    7: Apply(number=0, after=0.05),
    9: Apply(number=0, then="enqueue again"),
}
QUICK = Apply(number=0, before=0.01)


def messages(numbers: Iterator[int]) -> Iterator[Apply]:
    """Mostly quick jobs; some of several steps, some slow, some that enqueue another."""
    for number in numbers:
        yield KINDS.get(number % 20, QUICK).model_copy(update={"number": number})


@dataclass(eq=False)
class Load:
    """A rate of requests from several clients, until it is stopped."""

    port: int
    rate: float
    is_repeated: bool = True
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    accepted: dict[int, Apply] = field(default_factory=dict, init=False)
    given_up: list[int] = field(default_factory=list, init=False)
    slowest: float = field(default=0, init=False)
    refused: int = field(default=0, init=False)
    _stopped: threading.Event = field(default_factory=threading.Event, init=False)
    _threads: list[threading.Thread] = field(default_factory=list, init=False)

    def start(self) -> None:
        """Start the clients."""
        source, lock = messages(self.numbers), threading.Lock()
        self._threads = [
            threading.Thread(target=self._request_all, args=(source, lock), daemon=True) for _ in range(CLIENTS)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop the clients after their last responses."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def request(self, message: Apply) -> None:
        """Request a job until it is accepted; because of its key, the repetitions make no second job."""
        deadline = time.monotonic() + PATIENCE
        while not self._is_accepted(message):
            # Without keys a second request would be a second job.
            if not self.is_repeated:
                return
            if time.monotonic() > deadline:
                self.given_up.append(message.number)
                return
            time.sleep(0.1)
        self.accepted[message.number] = message

    def _is_accepted(self, message: Apply) -> bool:
        with suppress(OSError, http.client.HTTPException):
            if self._post(message) == HTTPStatus.ACCEPTED:
                return True
        self.refused += 1
        return False

    def _request_all(self, source: Iterator[Apply], lock: threading.Lock) -> None:
        due = time.monotonic()
        while not self._stopped.is_set():
            with lock:
                message = next(source)
            self.request(message)
            due = max(due + CLIENTS / self.rate, time.monotonic() - 1)
            self._stopped.wait(max(0, due - time.monotonic()))

    def _post(self, message: Apply) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        began = time.monotonic()
        try:
            headers = {**JSON, "Idempotency-Key": f"chaos-{message.number}"}
            connection.request("POST", "/chaos/jobs", json.dumps(message.model_dump()), headers)
            status = connection.getresponse().status
        finally:
            self.slowest = max(self.slowest, time.monotonic() - began)
            connection.close()
        return status
