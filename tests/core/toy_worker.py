"""The worker of the toy's project, as Celery's command line imports it."""

from core.composition import Project
from core.console import CONSOLE
from core.environ import read_settings
from core.factory import create_celery
from tests.core.toy import app
from tests.core.toy.config import ToySettings

celery = create_celery(Project(read_settings([ToySettings]), (CONSOLE, app)))
