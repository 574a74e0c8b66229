"""The worker and beat processes: Celery runs `celery`."""

from core.composition import read_project
from core.factory import create_celery
from project import APPS

celery = create_celery(read_project(APPS))
