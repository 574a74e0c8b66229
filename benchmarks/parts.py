"""Where the time of a job goes: each of its parts alone, in one process."""

import time
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import insert

from benchmarks.app import Business, Work, app
from benchmarks.figures import Figure
from core.composition import Composition, Project, compose
from core.config import Settings
from core.console import CONSOLE
from core.database import utc_now
from core.factory import build_runner
from core.jobs.enqueue import Origin
from core.jobs.reaper import Hint
from core.jobs.transitions import Claim, Ledger


def timed(jobs: int, step: Callable[[int], object]) -> float:
    """Seconds of this process's processor that one of so many steps takes."""
    began = time.process_time()
    for number in range(jobs):
        step(number)
    return (time.process_time() - began) / jobs


def measure_parts(settings: Settings, jobs: int) -> list[Figure]:
    """Accepting (a row, committed), publishing, claiming, and the job's effect with its end, without Celery."""
    composition = compose(Project(settings, (CONSOLE, app)))
    ids: list[UUID] = []
    claims: list[Claim] = []
    ledger = Ledger(composition.extensions.policy)
    parts = [
        ("accept: the job's row", timed(jobs, lambda number: ids.append(accept(composition, number)))),
        ("publish: the hint", timed(jobs, lambda number: composition.extensions.publish(Hint(ids[number], "bench")))),
        ("claim", timed(jobs, lambda number: claims.append(claim(composition, ledger, ids[number])))),
        ("effect and end", timed(jobs, lambda number: finish(composition, ledger, claims[number]))),
    ]
    again = [accept(composition, number) for number in range(jobs)]
    runner = build_runner(composition)
    parts.append(("claim, run, end by the runner", timed(jobs, lambda number: runner.run(again[number]))))
    composition.extensions.close()
    return [Figure(f"in one process: {name}", cost * 1000, "ms CPU/job") for name, cost in parts]


def accept(composition: Composition, number: int) -> UUID:
    """Write the job's row."""
    with composition.extensions.database.transaction() as session:
        return composition.extensions.units.enqueuer.enqueue(session, Work(number=number), Origin())


def claim(composition: Composition, ledger: Ledger, job_id: UUID) -> Claim:
    """Take it."""
    with composition.extensions.database.transaction() as session:
        taken = ledger.claim(session, job_id, "bench")
    if taken is None:
        raise LookupError(str(job_id))
    return taken


def finish(composition: Composition, ledger: Ledger, held: Claim) -> None:
    """Write what it does, and that it ended."""
    with composition.extensions.database.transaction() as session:
        session.execute(insert(Business).values(number=0, at=utc_now()))
        ledger.succeed(session, held, None)
