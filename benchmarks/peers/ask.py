"""Enqueues jobs of a peer, and prints the seconds of the processor that this took."""

import time
from importlib import import_module

import click


@click.command()
@click.argument("module")
@click.argument("jobs", type=int)
def ask(module: str, jobs: int) -> None:
    """Enqueue so many JOBS of a MODULE of this package."""
    peer = import_module(module)
    began = time.process_time()
    for number in range(jobs):
        peer.ask(number)
    click.echo(time.process_time() - began)


if __name__ == "__main__":
    ask()
