"""Processes under the supervisor, and the ways in which it can lose its terminal, its parent or its life."""

import shlex
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core.testing.waiting import wait_until
from tests.chaos.process import children_of, parents, send
from tests.core.processes import Running, clean_environment, running

SCRIPT = """
import shlex, sys
from core.commands.supervise import parent_to_watch, supervise
commands = {name: shlex.split(line) for name, line in (word.split("=", 1) for word in sys.argv[3:])}
sys.exit(supervise(commands, float(sys.argv[1]), parent_to_watch(is_forced=sys.argv[2] == "forced")))
"""
QUIET = "sh -c 'echo up; exec sleep 600'"
DEAF = "sh -c 'trap \"\" TERM INT HUP; echo up; sleep 600; sleep 600'"
WITH_CHILD = "sh -c 'echo up; sleep 600 & exec sleep 600'"
# What this program runs has a terminal of its own, which is closed when this program ends.
TERMINAL = [sys.executable, "-c", "import pty, sys; pty.spawn(sys.argv[1:])"]


def supervisor(*commands: str, grace: float = 5, parent: str = "auto") -> list[str]:
    """The command line of a supervisor of these commands, each `name=command`."""
    return [sys.executable, "-c", SCRIPT, str(grace), parent, *commands]


def in_background(command: Sequence[str]) -> list[str]:
    """A shell that runs the command in the background and waits for it."""
    return ["sh", "-c", f"{shlex.join(command)} & wait"]


def in_foreground(command: Sequence[str]) -> list[str]:
    """A shell that runs the command and has something to do after it."""
    return ["sh", "-c", f"{shlex.join(command)}; true"]


@contextmanager
def started(folder: Path, command: Sequence[str], **environment: str) -> Iterator[tuple[Running, list[int]]]:
    """The command once each of its processes has printed `up`, and the ids of all processes below it.

    Whatever is left of them is killed at the end.
    """
    with running(command, folder, clean_environment(NO_COLOR="1", **environment)) as process:
        expected = " ".join(command).count("echo up")
        wait_until(lambda: process.output().count("| up") >= expected, what="every process being up")
        pids = list(below(process.process.pid))
        try:
            yield process, pids
        finally:
            kill(*pids)


def below(pid: int) -> dict[int, str]:
    """Every process below this one, with its command line."""
    children = children_of(pid)
    lines = {child: command_line(child) for child in children}
    return lines | {grandchild: line for child in children for grandchild, line in below(child).items()}


def command_line(pid: int) -> str:
    """The command line of a process; empty if it has just ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text("utf-8").replace("\0", " ")
    except OSError:
        return ""


def living(pids: Iterable[int]) -> set[int]:
    """Those of these processes that run; a zombie does not."""
    return parents().keys() & set(pids)


def wait_for_the_end(pids: Iterable[int]) -> None:
    """Wait until none of these processes runs."""
    wait_until(lambda: not living(pids), what="the end of every process")


def kill(*pids: int) -> None:
    """End processes as `kill -9` does."""
    send(signal.SIGKILL, pids)
