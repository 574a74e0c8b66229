"""Web and worker of Celery alone, with every setting that is recommended against loss."""

from tests.chaos.plain import RECOMMENDED, build

web, celery = build(RECOMMENDED)
