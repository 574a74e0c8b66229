"""The suite's command line: `make chaos`."""

import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

from tests.chaos.plan import NAMES, Plan, is_named
from tests.chaos.report import markdown
from tests.chaos.stack import stack_name
from tests.chaos.subjects import SUBJECTS

# A common fault, the worst one, and all in random order: enough for every change, in about a minute.
SHORT = ("pool children", "loses its data", "random order")
NEEDS = 'install redis-server and postgresql, or take ARGS="--stack embedded", which needs no server'


class Options(BaseModel):
    """The options."""

    chosen: tuple[str, ...]
    is_listing: bool
    is_short: bool
    stack: str
    subject: str
    rate: float
    seed: int
    keep: bool
    document: Path | None

    @property
    def plan(self) -> Plan:
        """The faults to play."""
        chosen = SHORT if self.is_short and not self.chosen else self.chosen
        return Plan(SUBJECTS[self.subject], chosen, self.seed, self.rate)

    def run(self) -> int:
        """Play everything; returns the exit status."""
        if not SUBJECTS[self.subject].has_ledger:
            return self._on("servers").run_alone()
        if self.stack != "both":
            return self.run_alone()
        # Half of the time of a stack is waiting, so two stacks at once take little longer than one.
        with beside(self._on("embedded").arguments) as other:
            status = self._on("servers").run_alone()
            click.echo(other.communicate()[0], nl=False)
        return int(bool(status or other.returncode))

    @property
    def arguments(self) -> list[str]:
        """The options as command line arguments."""
        words = [f"--stack={self.stack}", f"--subject={self.subject}", f"--rate={self.rate}", f"--seed={self.seed}"]
        words += [f"--fault={word}" for word in self.chosen]
        words += [f"--markdown={self.document}"] if self.document else []
        return [*words, *["--short"] * self.is_short, *["--keep"] * self.keep]

    def _on(self, stack: str) -> "Options":
        return self.model_copy(update={"stack": stack})

    def run_alone(self) -> int:
        """Play on one stack; returns the exit status."""
        folder = Path(tempfile.mkdtemp(prefix="chaos-"))
        folder.chmod(0o755)
        try:
            status = int(self._play(self.plan, folder) > 0)
        except (KeyboardInterrupt, pytest.skip.Exception):
            self._sweep(folder)
            raise
        if not status:
            self._sweep(folder)
        return status

    def _sweep(self, folder: Path) -> None:
        if not self.keep:
            shutil.rmtree(folder, ignore_errors=True)

    def _play(self, plan: Plan, folder: Path) -> int:
        click.echo(f"{self.subject}, {plan.rate:g} requests a second, seed {plan.seed}, logs in {folder}")
        began, embedded = time.monotonic(), self.stack == "embedded"
        rows, violations = plan.run(folder, embedded=embedded)
        if self.document is not None:
            with self.document.open("a") as document:
                document.write(markdown(stack_name(embedded=embedded), rows) + "\n")
        click.secho(f"{violations} violations in {time.monotonic() - began:.0f} s", bold=True)
        return violations


@contextmanager
def beside(arguments: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    """The suite in another process, which ends with the block."""
    command = [sys.executable, "-m", "tests.chaos", *arguments]
    # In a session of its own, so that Ctrl-C reaches it once: from here.
    other = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        yield other
    finally:
        other.terminate()
        other.wait()


@click.command()
@click.option("--fault", "chosen", multiple=True, help="Only faults whose name has this in it; may be repeated.")
@click.option("--list", "is_listing", is_flag=True, help="Show the faults.")
@click.option(
    "--short", "is_short", is_flag=True, help="A common fault, the worst one, and all of them in random order."
)
@click.option("--stack", type=click.Choice(["servers", "embedded", "both"]), default="both", show_default=True)
@click.option("--subject", type=click.Choice(sorted(SUBJECTS)), default="core", show_default=True)
@click.option("--rate", default=30.0, show_default=True, help="Requests a second.")
@click.option(
    "--seed",
    default=lambda: secrets.randbelow(10**6),
    help="The seed of the dice; printed, so that an order can be had again.",
)
@click.option("--keep", is_flag=True, help="Keep the logs even when nothing went wrong.")
@click.option("--markdown", "document", type=click.Path(path_type=Path), help="Append the tables to this file too.")
def chaos(**values: object) -> None:
    """Break the service under load, and count its jobs.

    Servers: redis-server and PostgreSQL from this machine, on private ports. Embedded: a folder and SQLite.
    Exit status: 0 if every accepted job succeeded once and nothing else happened, otherwise 1.
    """
    options = Options.model_validate(values)
    if options.is_listing:
        click.echo("\n".join(NAMES))
        return
    if unknown := [word for word in options.chosen if not any(is_named(name, (word,)) for name in NAMES)]:
        raise click.UsageError(f"no fault has {unknown[0]!r} in its name; --list shows them")
    # The suite leaves no process behind, whether a person or a time limit ends it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(options.run())
    except pytest.skip.Exception as lack:
        raise click.ClickException(f"{lack}; {NEEDS}") from lack


if __name__ == "__main__":
    chaos()
