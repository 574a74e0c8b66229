"""`manage.py liveness`: whether a process is alive; manage.py answers it before it imports anything else."""

import click

from core.commands.project import examples
from core.observability.liveness import main


@click.command(epilog=examples("manage.py liveness worker"))
@click.argument("process", type=click.Choice(["web", "worker", "beat"]))
def liveness(process: str) -> None:
    """Tell whether web, worker or beat is alive on this machine.

    It answers in a fraction of a second, for health checks. The exit status is 0 for alive, 1 for stalled, 2 for not
    running.
    """
    raise SystemExit(main([process]))
