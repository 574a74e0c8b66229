"""The same jobs by Celery alone, for comparison: a message in Redis, and a task that writes what the job did."""

import os
import signal
from collections.abc import Mapping
from uuid import UUID

from celery import Celery, Task
from flask import Flask, Response, request
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from core.config import Settings
from core.database.engine import Database, open_database
from core.database.types import utc_now
from core.environ import read_settings
from tests.chaos.app import TALLIES, Apply, Effect, Tally, pause

TASK = "plain.apply"
Options = Mapping[str, object]
# What Celery's documentation and its users recommend against loss.
RECOMMENDED: Options = {
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    "worker_cancel_long_running_tasks_on_connection_loss": True,
    "broker_connection_max_retries": None,
    "broker_transport_options": {
        "visibility_timeout": 6,
        "socket_timeout": 1,
        "socket_connect_timeout": 1,
        "socket_keepalive": True,
        "max_retries": 0,
    },
}


def build_celery(settings: Settings, options: Options) -> Celery:
    """A Celery object with these options and one task."""
    celery, database = Celery("plain", broker=settings.broker, set_as_current=False), open_database(settings)
    celery.conf.update(task_ignore_result=True, worker_concurrency=settings.worker_concurrency)
    celery.conf.update(task_default_queue="default", broker_connection_retry_on_startup=True)
    celery.conf.update(options)

    @celery.task(name=TASK, bind=True, shared=False)
    def apply(task: "Task[..., None]", document: str) -> None:
        message = Apply.model_validate_json(document)
        run(database, message, str(task.request.id))
        if message.then == "enqueue again":
            celery.send_task(TASK, args=[Apply(number=-message.number).model_dump_json()])

    return celery


def run(database: Database, message: Apply, task_id: str) -> None:
    """Do every step at each delivery, as tasks do without a ledger."""
    for step in range(message.steps):
        pause(message.before)
        with database.transaction() as session:
            keep(session, message, step, task_id)


def keep(session: Session, message: Apply, step: int, task_id: str) -> None:
    """Insert the row of a step."""
    values = {"number": message.number, "step": step, "job_id": UUID(task_id), "attempt": 1, "at": utc_now()}
    session.execute(insert(Effect).values(values))
    pause(message.after)
    session.execute(update(Tally).where(Tally.id == message.number % TALLIES).values(steps=Tally.steps + 1))
    if message.then == "kill itself":
        os.kill(os.getpid(), signal.SIGKILL)


def build_web(celery: Celery) -> Flask:
    """A Flask object that publishes while the client waits."""
    web = Flask("plain")

    @web.get("/health/live")
    def live() -> Response:
        return Response("{}")

    @web.post("/chaos/jobs")
    def accept() -> Response:
        celery.send_task(TASK, args=[Apply.model_validate_json(request.get_data()).model_dump_json()])
        return Response("{}", 202)

    return web


def build(options: Options) -> tuple[Flask, Celery]:
    """Web and worker, from the environment's settings."""
    celery = build_celery(read_settings(), options)
    return build_web(celery), celery
