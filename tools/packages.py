"""Brings the locked packages into the environment: by uv, which is quick, or by pip, which is always there."""

import os
import tempfile
from pathlib import Path

from tools.creation import create
from tools.mends import Place, known
from tools.pins import read
from tools.programs import Outcome, run

PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet")


def install(place: Place) -> None:
    """Exactly what the lock says, each file compared with its hash; raises Trouble."""
    done = by_uv(place)
    if not done.well and known(done.output, place) is None:
        # pip takes nothing away, so it starts from nothing.
        create(place)
        done = by_pip(place, place.lock)
    if not done.well:
        raise done.trouble(place)


def by_uv(place: Place) -> Outcome:
    """The quick way, with the uv that the lock itself pins."""
    uv = place.folder / "bin" / "uv"
    fetched = fetch_uv(place, uv)
    if not fetched.well:
        return fetched
    interpreter = str(place.folder / "bin" / "python")
    options = ["--quiet", "--compile-bytecode", "--require-hashes", "--python", interpreter]
    return run([str(uv), "pip", "sync", *options, str(place.lock)], settings_of_uv(place))


def fetch_uv(place: Place, uv: Path) -> Outcome:
    """Installs the pinned uv, unless it is there."""
    pin = next((pin for pin in read(place.lock) if pin.name == "uv"), None)
    if pin is None:
        return Outcome(well=False, output="the lock pins no uv")
    present = run([str(uv), "--version"])
    if present.well and present.output.split()[1:2] == [pin.version]:
        return present
    with tempfile.TemporaryDirectory() as folder:
        alone = Path(folder) / "uv.txt"
        alone.write_text(pin.requirement(), encoding="utf-8")
        return by_pip(place, alone)


def by_pip(place: Place, requirements: Path) -> Outcome:
    """The slow way; few retries, because a person is waiting for the sentence."""
    interpreter = str(place.folder / "bin" / "python")
    return run([interpreter, *PIP, "install", "--retries=2", "--require-hashes", "-r", str(requirements)])


def settings_of_uv(place: Place) -> dict[str, str]:
    """The machine's certificates, and the index that pip was told to use."""
    settings = {"UV_SYSTEM_CERTS": "1", "UV_NO_PROGRESS": "1"}
    asked = run([str(place.folder / "bin" / "python"), *PIP, "config", "get", "global.index-url"])
    index = os.environ.get("PIP_INDEX_URL") or (asked.output.strip() if asked.well else "")
    if index and "UV_DEFAULT_INDEX" not in os.environ:
        settings["UV_DEFAULT_INDEX"] = index
    return settings
