"""The edge to Celery: apps declare handlers of messages; one Celery task, which knows only a job's id, runs all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel

from core.broker.celery import CoreCelery
from core.broker.transports import RUN_JOB
from core.database.types import Document
from core.jobs.messages import Message
from core.unit_of_work import UnitOfWork
from core.worker.context import JobContext

S = TypeVar("S")
M = TypeVar("M", bound=Message)
BoundTask = Callable[[UnitOfWork, Document, JobContext], BaseModel | None]


@dataclass(frozen=True)
class Task(Generic[S]):
    """A message and the handler that is called with the app's service and the message's payload."""

    message: type[Message]
    handle: Callable[[S, Document, JobContext], BaseModel | None]

    def bind(self, open_service: Callable[[UnitOfWork], S]) -> BoundTask:
        """The task with its service opened on the job's unit of work."""
        return lambda unit, payload, job: self.handle(open_service(unit), payload, job)


def on(message: type[M], handler: Callable[[S, M, JobContext], BaseModel | None]) -> Task[S]:
    """Declare the handler of a message."""
    return Task(message, lambda service, payload, job: handler(service, message.model_validate(payload), job))


def register(celery: CoreCelery, run: Callable[[UUID], None]) -> None:
    """Give the Celery object its only task: run the job with this id."""

    # Shared tasks, Celery's default, would appear in every other Celery object of the process.
    @celery.task(name=RUN_JOB, shared=False, ignore_result=True)
    def run_job(job_id: str) -> None:
        run(UUID(job_id))
