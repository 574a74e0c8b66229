"""Fixtures for tests of apps, shipped with the code: name this module in `pytest_plugins`, override `apps`."""

from core.testing.fixtures import (
    RunJobs,
    apps,
    client,
    composition,
    database_url,
    no_settings_of_this_machine,
    project,
    run_jobs,
    settings,
)
from core.testing.job_factory import FakeClock, JobFactory, MortalRunner, ProcessKilled
from core.testing.services import postgres_server, redis_server

__all__ = [
    "FakeClock",
    "JobFactory",
    "MortalRunner",
    "ProcessKilled",
    "RunJobs",
    "apps",
    "client",
    "composition",
    "database_url",
    "no_settings_of_this_machine",
    "postgres_server",
    "project",
    "redis_server",
    "run_jobs",
    "settings",
]
