"""Health: live says that the process answers; ready says that its dependencies answer too, each within its time."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Literal

from flask import Blueprint, Response
from pydantic import BaseModel

from core.http.resources import reply
from core.observability.logging import logger

Check = Callable[[], object]
Notices = Callable[[], Sequence[str]]

log = logger(__name__)


class Dependency(BaseModel):
    """Something that the service needs; `detail` says what is wrong with it."""

    status: Literal["ok", "failed"]
    detail: str | None = None


class Health(BaseModel):
    """Whether the service is able to work; `notices` need attention and do not make it unready."""

    status: Literal["ok", "failed"]
    dependencies: dict[str, Dependency] = {}
    notices: list[str] = []


def health_routes(checks: Mapping[str, Check], notices: Notices, seconds: float) -> Blueprint:
    """`/health/live` and `/health/ready`."""
    blueprint = Blueprint("health", __name__, url_prefix="/health")

    @blueprint.get("/live")
    def live() -> Response:
        return reply(Health(status="ok"))

    @blueprint.get("/ready")
    def ready() -> Response:
        health = examine(checks, notices, seconds)
        return reply(health, 200 if health.status == "ok" else 503)

    return blueprint


def examine(checks: Mapping[str, Check], notices: Notices, seconds: float) -> Health:
    """Run the checks concurrently; a check that raises, or takes longer than `seconds`, has failed."""
    pool = ThreadPoolExecutor(max_workers=len(checks) + 1, thread_name_prefix="health")
    deadline = time.monotonic() + seconds
    noticed = pool.submit(notices)
    started = {name: pool.submit(check) for name, check in checks.items()}
    dependencies = {name: _result(name, check, deadline, seconds) for name, check in started.items()}
    pool.shutdown(wait=False, cancel_futures=True)
    failed = any(dependency.status == "failed" for dependency in dependencies.values())
    if failed:
        return Health(status="failed", dependencies=dependencies)
    return Health(status="ok", dependencies=dependencies, notices=_noticed(noticed, deadline))


def _result(name: str, check: Future[object], deadline: float, seconds: float) -> Dependency:
    try:
        check.result(timeout=max(0, deadline - time.monotonic()))
    except FutureTimeoutError:
        return Dependency(status="failed", detail=f"no answer within {seconds:g} s")
    except Exception as error:
        log.exception("dependency failed", dependency=name)
        return Dependency(status="failed", detail=type(error).__name__)
    return Dependency(status="ok")


def _noticed(notices: Future[Sequence[str]], deadline: float) -> list[str]:
    try:
        return list(notices.result(timeout=max(0, deadline - time.monotonic())))
    except Exception:  # such as a database without tables, which is no reason to be unready
        log.exception("health notices unknown")
        return []
