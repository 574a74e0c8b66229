"""`manage.py liveness`: whether a process is alive. manage.py runs it before it imports anything else."""

import click

from core.commands.project import examples
from core.observability.liveness import main


@click.command(epilog=examples("manage.py liveness worker"))
@click.argument("process", type=click.Choice(["web", "worker", "beat"]))
def liveness(process: str) -> None:
    """Check whether web, worker or beat is alive on this machine.

    Made for health checks: it needs a fraction of a second and no database. The exit status is 0 if the process is
    alive, 1 if it is stalled, 2 if it is not running.
    """
    raise SystemExit(main([process]))
