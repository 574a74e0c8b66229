"""The output of `manage.py run`: the lines of all processes, each behind the name of its process."""

import os
import select
from collections.abc import Sequence
from typing import TextIO

import click

from core.environ import is_coloured

READ_BYTES = 65_536
COLOURS = ("cyan", "yellow", "green", "magenta", "blue")
SUPERVISOR = "system"
HANGUP = select.POLLHUP | select.POLLERR


class Source:
    """The lines of one process, read from a pipe."""

    def __init__(self, prefix: bytes, file: int) -> None:
        self._prefix = prefix
        self._file = file
        self._rest = b""

    def fileno(self) -> int:
        """The pipe, for select."""
        return self._file

    def read(self) -> tuple[bytes, bool]:
        """The complete lines that have arrived, prefixed, and whether the pipe is still open."""
        data = os.read(self._file, READ_BYTES)
        *lines, self._rest = (self._rest + data).split(b"\n")
        if self._rest and (not data or len(self._rest) > READ_BYTES):
            lines, self._rest = [*lines, self._rest], b""
        if not data:
            os.close(self._file)
        return b"".join(self.prefixed(line) for line in lines), bool(data)

    def prefixed(self, line: bytes) -> bytes:
        """A line behind the name of its process."""
        return self._prefix + line + b"\n"


class Output:
    """Copies the lines of all processes to a stream, and notices when nobody can read the stream any more."""

    def __init__(self, stream: TextIO, names: Sequence[str]) -> None:
        stream.flush()
        self._file = stream.fileno()
        self._poll = select.poll()
        self._poll.register(self._file, 0)
        self._backlog = b""
        self._sources: set[Source] = set()
        width = max(map(len, (*names, SUPERVISOR)))
        colours = dict(zip(names, COLOURS * len(names), strict=False)) if is_coloured(stream) else {}
        plain = {name: f"{name:<{width}} |" for name in (*names, SUPERVISOR)}
        styled = {name: click.style(plain[name], fg=colour) for name, colour in colours.items()}
        self._prefixes = {name: f"{prefix} ".encode() for name, prefix in (plain | styled).items()}
        self._is_lost = False

    def add(self, name: str, file: int) -> None:
        """Copy what is written to this pipe."""
        self._sources.add(Source(self._prefixes[name], file))

    def say(self, text: str) -> None:
        """Write a line of the supervisor."""
        self._backlog += self._prefixes[SUPERVISOR] + text.encode() + b"\n"

    def is_lost(self) -> bool:
        """Whether the terminal is closed, or the program that read the pipe has ended."""
        self._is_lost = self._is_lost or any(event & HANGUP for _, event in self._poll.poll(0))
        return self._is_lost

    def copy(self, seconds: float) -> bool:
        """Copy what arrives within these seconds; False if nothing was copied.

        It never waits for the stream: a terminal that is paused stops the copying, and not the supervisor.
        """
        sources = () if self._backlog else self._sources
        readable, writable, _ = select.select(sources, [self._file] if self._backlog else (), (), seconds)
        for source in readable:
            lines, is_open = source.read()
            self._backlog += lines
            if not is_open:
                self._sources.remove(source)
        if writable:
            self._write()
        return bool(readable or writable)

    def _write(self) -> None:
        try:
            self._backlog = self._backlog[os.write(self._file, self._backlog[: select.PIPE_BUF]) :]
        except OSError:
            self._is_lost = True
        if self.is_lost():
            self._backlog = b""
