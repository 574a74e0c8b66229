"""Health: live says that the process answers; ready says that everything it needs answers too, each within its time."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Literal

from flask import Blueprint, Response
from pydantic import BaseModel

from core.http.resources import reply
from core.observability.logging import logger

Check = Callable[[], object]
log = logger(__name__)


class Dependency(BaseModel):
    """One thing that the service needs, and what is wrong with it."""

    status: Literal["ok", "failed"]
    detail: str | None = None


class Health(BaseModel):
    """Whether the service can do its work."""

    status: Literal["ok", "failed"]
    dependencies: dict[str, Dependency] = {}


def health_routes(checks: Mapping[str, Check], seconds: float) -> Blueprint:
    """`/health/live` and `/health/ready`."""
    blueprint = Blueprint("health", __name__, url_prefix="/health")

    @blueprint.get("/live")
    def live() -> Response:
        return reply(Health(status="ok"))

    @blueprint.get("/ready")
    def ready() -> Response:
        health = examine(checks, seconds)
        return reply(health, 200 if health.status == "ok" else 503)

    return blueprint


def examine(checks: Mapping[str, Check], seconds: float) -> Health:
    """Run the checks side by side; one that raises, or is slower than `seconds`, has failed."""
    pool = ThreadPoolExecutor(max_workers=len(checks), thread_name_prefix="health")
    asked = {name: pool.submit(check) for name, check in checks.items()}
    found: dict[str, Dependency] = {}
    deadline = time.monotonic() + seconds
    for name, answer in asked.items():
        try:
            answer.result(timeout=max(0, deadline - time.monotonic()))
            found[name] = Dependency(status="ok")
        except FutureTimeoutError:
            found[name] = Dependency(status="failed", detail=f"no answer within {seconds:g} s")
        except Exception as error:
            log.exception("dependency failed", dependency=name)
            found[name] = Dependency(status="failed", detail=type(error).__name__)
    pool.shutdown(wait=False, cancel_futures=True)
    failed = any(dependency.status == "failed" for dependency in found.values())
    return Health(status="failed" if failed else "ok", dependencies=found)
