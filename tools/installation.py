"""Makes the virtual environment from the exported lock, once, and again when the lock or the interpreter changes."""

import fcntl
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.creation import create
from tools.mends import Place, Trouble, from_the_system
from tools.packages import install
from tools.pins import DEVELOPMENT, ROOT, NotAPin
from tools.stamp import Stamp


def base_interpreter() -> str:
    """The interpreter that stands behind this one, when this one lives in a virtual environment."""
    return str(Path(getattr(sys, "_base_executable", sys.executable)).resolve())


def main(arguments: list[str], lock: Path = DEVELOPMENT) -> int:
    """Called by every verb; says nothing and costs nothing when nothing has changed."""
    folder = Path(arguments[0]).absolute()
    place = Place(folder, lock, base_interpreter(), sysconfig.get_python_version(), " ".join(arguments[1:]))
    try:
        prepare(place, Stamp.of(folder, lock, place.python))
    except (Trouble, NotAPin) as trouble:
        return told(f"golden-core: {trouble}", 1)
    except OSError as error:
        return told(f"golden-core: {from_the_system(error, place)}", 1)
    except KeyboardInterrupt:
        return told(f"golden-core: stopped; the next call makes {folder} anew", 130)
    return 0


def told(sentence: str, status: int) -> int:
    """Says it where a person sees it, and passes the exit status on."""
    print(sentence, file=sys.stderr)
    return status


def prepare(place: Place, stamp: Stamp) -> None:
    """Nothing, or the whole environment."""
    if stamp.holds():
        return
    with alone(place.lock):
        if not stamp.holds():
            make(place, stamp)


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Two terminals may call make at once; one of them installs, the other waits for it."""
    with lock.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def make(place: Place, stamp: Stamp) -> None:
    """The stamp goes first and comes last, so that nobody trusts what was left half-way."""
    started = time.monotonic()
    told(f"golden-core: installing the locked packages into {place.folder} (Python {place.version}) ...", 0)
    usable = stamp.is_of_the_same_place()
    stamp.forget()
    if not usable:
        create(place)
    install(place)
    see_the_source(place)
    stamp.write()
    told(f"golden-core: done in {time.monotonic() - started:.0f} s", 0)


def see_the_source(place: Place) -> None:
    """Puts src on the environment's path, so that a change in the code needs no installation."""
    roots = {"base": str(place.folder), "platbase": str(place.folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", vars=roots))
    (packages / "golden-core.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
