"""The worker and beat of the suite's app; its long job exceeds this visibility timeout."""

from core.composition import Project
from core.console import CONSOLE
from core.environ import read_settings
from core.factory import create_celery
from tests.chaos.app import app
from tests.chaos.times import VISIBILITY

celery = create_celery(Project(read_settings(), (CONSOLE, app)))
celery.conf.broker_transport_options = {**celery.conf.broker_transport_options, "visibility_timeout": VISIBILITY}
