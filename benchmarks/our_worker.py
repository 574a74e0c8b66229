"""The worker of this repository, with the measured job in it."""

from benchmarks.app import app
from core.composition import Project
from core.console import CONSOLE
from core.environ import read_settings
from core.factory import create_celery

celery = create_celery(Project(read_settings(), (CONSOLE, app)))
