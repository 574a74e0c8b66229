"""Web and worker of Celery alone, with its default settings."""

from tests.chaos.plain import build

web, celery = build({})
