"""Twice is once: an import whose worker was lost goes on where it was, and its counts stay exact."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from pydantic import BaseModel

from apps.catalog import app
from apps.catalog.messages import ImportProducts
from apps.catalog.tests.conftest import Shop, document
from core.composition import Composition
from core.database import Document
from core.factory import build_runner
from core.jobs.reaper import Reaper
from core.testing import MortalRunner, ProcessKilled
from core.unit_of_work import UnitOfWork
from core.worker import JobContext

ROWS = ["A,one,1", "B,one,1", "C,,1", "A,two,1", ",,", "D,one,1", "E,one,x", "F,one,1", "A,three,1", "B,one,1"]
FILE = "sku,name,price\n" + "\n".join(ROWS)
COUNTS = (4, 2, 1, 2)
REJECTED = ["4,name,is missing", "8,price,Input should be a valid decimal"]
REPEATED = ["5,A,2", "10,A,2", "11,B,3"]
# An import commits before it reads the file, and after each of its three batches.


def die() -> None:
    raise ProcessKilled


def live() -> None:
    """Nothing happens."""


@dataclass(frozen=True)
class Fateful(JobContext):
    """A running job to which something happens before or after one of its commits."""

    commit: int
    before: Callable[[], None]
    after: Callable[[], None]
    seen: list[int] = field(default_factory=list)

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Commit, and meet the fate on the way."""
        self.seen.append(done)
        is_here = len(self.seen) == self.commit
        if is_here:
            self.before()
        super().progress(done, total, note)
        if is_here:
            self.after()


@dataclass(frozen=True)
class World:
    """A project in which workers are lost."""

    composition: Composition
    shop: Shop

    def run(
        self, location: str, commit: int, *, before: Callable[[], None] = live, after: Callable[[], None] = live
    ) -> None:
        """Run the import of this job, with its fate."""
        bound = app.bound_tasks()[ImportProducts.wire_name]

        def fated(unit: UnitOfWork, payload: Document, job: JobContext) -> BaseModel | None:
            return bound(unit, payload, Fateful(**vars(job), commit=commit, before=before, after=after))

        runner = MortalRunner(self.composition.extensions.units, {ImportProducts.wire_name: fated})
        runner.run(UUID(location.rpartition("/")[2]))

    def attempt_again(self) -> None:
        """Find the worker lost, and let another one run the job."""
        with self.composition.extensions.units.open() as unit:
            assert Reaper(unit.policy).requeue_lost(unit.session, lambda _worker: True)
        assert self.shop.run_jobs() == 1

    def assert_exact(self, location: str) -> None:
        """The import ended as if nothing had happened."""
        job = document(self.shop.client.get(location))
        assert (self.shop.counts(job), job["attempt"]) == (COUNTS, 2)
        assert self.shop.rejections(job)[1:] == REJECTED
        result = self.shop.result(job)
        assert result["repeated"] == len(REPEATED)
        assert self.shop.client.get(str(result["repetitions"])).text.splitlines()[1:] == REPEATED
        assert self.shop.names("sort=sku") == ["three", "one", "one", "one"]


@pytest.fixture
def world(composition: Composition, shop: Shop) -> World:
    """A project, and fates for its jobs."""
    return World(composition, shop)


@pytest.mark.parametrize("commit", [1, 3])
def test_a_worker_that_dies_after_a_commit_loses_nothing_and_repeats_nothing(commit: int, world: World) -> None:
    location = world.shop.upload(FILE).headers["Location"]
    with pytest.raises(ProcessKilled):
        world.run(location, commit, after=die)
    world.attempt_again()
    world.assert_exact(location)


@pytest.mark.parametrize("commit", [2, 4])
def test_a_worker_that_dies_before_a_commit_leaves_nothing_of_its_batch(commit: int, world: World) -> None:
    location = world.shop.upload(FILE).headers["Location"]
    with pytest.raises(ProcessKilled):
        world.run(location, commit, before=die)
    listed = world.shop.client.get(f"/catalog/imports/{location.rpartition('/')[2]}/rejections").text.splitlines()
    assert listed[1:] == REJECTED[: commit - 2]
    world.attempt_again()
    world.assert_exact(location)


@pytest.mark.parametrize("commit", [1, 2])
def test_a_worker_that_wakes_up_late_changes_nothing(commit: int, world: World) -> None:
    location = world.shop.upload(FILE).headers["Location"]
    world.run(location, commit, after=world.attempt_again)
    world.assert_exact(location)


VARIANTS = ["a,Shirt,1,9", "a,,2,", "a,,,", "b,Hat,3,5", "a,,4,", "b,,5,", "a,,6,7", "a,,7,"]
INHERITED = [("Shirt", "9.00"), ("Shirt", "9.00"), ("Hat", "5.00"), ("Shirt", "9.00"), ("Hat", "5.00")]


@pytest.mark.parametrize("commit", [2, 3, 4])
def test_what_rows_inherit_is_the_same_after_a_worker_was_lost(commit: int, world: World) -> None:
    shop = world.shop
    location = shop.upload("group,name,sku,price\n" + "\n".join(VARIANTS), inherit="group").headers["Location"]
    with pytest.raises(ProcessKilled):
        world.run(location, commit, after=die)
    world.attempt_again()
    job = document(shop.client.get(location))
    assert (shop.counts(job), shop.result(job)["skipped"]) == ((7, 0, 0, 0), 1)
    found = [(item["name"], item["price"]) for item in shop.products("sort=sku")]
    assert found == [*INHERITED, ("Shirt", "7.00"), ("Shirt", "7.00")]


def test_two_imports_of_the_same_products_at_once_agree_on_who_created_what(world: World) -> None:
    files = ["sku,name,price\n" + "\n".join(f"S-{number % 30},{name},1" for number in range(40)) for name in "xy"]
    locations = [world.shop.upload(file).headers["Location"] for file in files]
    runner = build_runner(world.composition)
    with ThreadPoolExecutor() as workers:
        list(workers.map(runner.run, [UUID(location.rpartition("/")[2]) for location in locations]))
    both = [world.shop.counts(document(world.shop.client.get(location))) for location in locations]
    assert sum(int(str(created)) for created, *_ in both) == 30
    assert [sum(int(str(count)) for count in counts) for counts in both] == [40, 40]
    assert len(world.shop.products("limit=200")) == 30
