"""The ledger's own app: what people and programs see of the jobs."""

from core.app import App
from core.console.routes import routes
from core.console.service import Console
from core.jobs.branch import CORE_BRANCH

CONSOLE = App("core", open_service=Console, routes=routes, branch=CORE_BRANCH)
