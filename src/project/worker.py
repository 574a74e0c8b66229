"""The worker and beat processes: Celery runs `celery`."""

from core.factory import create_celery, read_project
from project import APPS

celery = create_celery(read_project(APPS))
