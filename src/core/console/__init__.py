"""The app of the ledger itself: the page and the API of the jobs, and the purge."""

from core.app import App
from core.console.routes import routes
from core.console.service import JobsService
from core.console.tasks import schedule, tasks
from core.jobs.models import CORE_BRANCH

CONSOLE = App("core", open_service=JobsService, routes=routes, tasks=tasks, schedule=schedule, branch=CORE_BRANCH)
