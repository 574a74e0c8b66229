"""Puts a new app in its place: all of it, or nothing."""

import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def put(files: Mapping[str, str], app: Path, register: Path, text: str) -> None:
    """Write the files beside, then give the folder its name and the register its text."""
    with TemporaryDirectory(prefix=".startapp-", dir=app.parent) as beside:
        made, listed = Path(beside, app.name), Path(beside, register.name)
        for path, content in files.items():
            (made / path).parent.mkdir(parents=True, exist_ok=True)
            (made / path).write_text(content, encoding="utf-8")
        listed.write_text(text, encoding="utf-8")
        shutil.copymode(register, listed)
        with uninterrupted():
            made.rename(app)
            try:
                listed.replace(register)
            except OSError:
                shutil.rmtree(app)
                raise


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Whoever ends the program now waits until the block is done."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def clean_end() -> None:
    """From now on whatever ends the program is a KeyboardInterrupt, which leaves nothing behind."""
    for number in ENDS:
        signal.signal(number, signal.default_int_handler)
