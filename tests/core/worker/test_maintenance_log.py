"""What a worker's maintenance logs: its queues, and each failure once."""

from dataclasses import replace

from core.jobs.process_names import this_machine
from core.testing import JobFactory
from core.worker.maintenance import Maintenance
from tests.core.events import Events
from tests.core.worker.brokers import FakeBroker


def test_a_duty_that_fails_is_logged_once_until_it_succeeds(jobs: JobFactory, events: Events) -> None:
    broker = FakeBroker(is_unavailable=True)
    maintenance = Maintenance(jobs.units, broker, this_machine())
    for _ in range(3):
        maintenance.turn()
    broker.is_unavailable = False
    maintenance.turn()
    logged = [event["event"] for event in events() if event.get("duty") == "check_broker"]
    assert logged == ["maintenance delayed", "maintenance resumed"]


def test_a_worker_names_the_queues_that_it_serves_and_those_that_it_does_not(jobs: JobFactory, events: Events) -> None:
    settings = jobs.units.settings.model_copy(update={"worker_queues": ("default", "mails")})
    units = replace(jobs.units, settings=settings)
    Maintenance(units, FakeBroker(), this_machine(), ["default", "reports"]).log_queues()
    assert [(event["event"], event["queues"]) for event in events()] == [
        ("worker starting", ["default", "mails"]),
        ("queues left to other workers", ["reports"]),
    ]
