"""Workers: claim jobs, run their handlers, repair what was lost. Apps declare their handlers with `on`."""

from core.worker.context import JobContext
from core.worker.tasks import Task, on

__all__ = ["JobContext", "Task", "on"]
