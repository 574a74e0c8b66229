"""Writes the files of a new app and its name in the list of apps: all of it, or nothing."""

import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def put(files: Mapping[str, str], app: Path, register: Path, text: str) -> None:
    """Write everything into a folder beside, then rename it and replace the register without interruption."""
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
    """Delay signals that end the program until the block has finished."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def interrupt_on_signals() -> None:
    """From now on every signal that ends the program raises KeyboardInterrupt, which removes partial files."""
    for number in SIGNALS:
        signal.signal(number, signal.default_int_handler)
