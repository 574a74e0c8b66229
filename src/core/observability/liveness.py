"""A process's liveness: a small file that it keeps fresh, and a reader that starts at once.

Only the standard library is imported here: container health checks run `manage.py liveness worker` every few seconds.
"""

import http.client
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from core.env_file import read_env_file

STALE_SECONDS = 30
ALIVE, STALLED, MISSING = 0, 1, 2
USAGE = "usage: manage.py liveness web|worker|beat   (exit status: 0 alive, 1 stalled, 2 not running)"


@dataclass(frozen=True)
class Liveness:
    """What a process says of itself, at `at` (seconds since 1970); `loop_at` is its main loop's last turn."""

    pid: int
    at: float
    loop_at: float
    running: int = 0
    capacity: int = 0
    broker_away_since: float | None = None


def write_liveness(folder: Path, process: str, liveness: Liveness) -> None:
    """Keep the liveness, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{process}.{liveness.pid}"
    fresh.write_text(json.dumps(asdict(liveness)))
    fresh.replace(folder / f"{process}.json")


def remove_liveness(folder: Path, process: str, pid: int) -> None:
    """Leave no liveness behind, unless another process keeps it by now."""
    file = folder / f"{process}.json"
    liveness = _kept(file)
    if liveness is not None and liveness.pid == pid:
        file.unlink(missing_ok=True)


def judge(process: str, liveness: Liveness, now: float) -> tuple[int, str]:
    """The exit status and the sentence for a liveness."""
    if now - liveness.at > STALE_SECONDS:
        return STALLED, f"{process} is stalled: no liveness for {now - liveness.at:.0f} s"
    if liveness.broker_away_since is not None:
        return ALIVE, f"{process} is alive, but the broker is away since {now - liveness.broker_away_since:.0f} s"
    if now - liveness.loop_at > STALE_SECONDS:
        return STALLED, f"{process} is stalled: its main loop stands still for {now - liveness.loop_at:.0f} s"
    if liveness.running:
        return ALIVE, f"{process} is busy with {liveness.running} of {liveness.capacity} jobs"
    return ALIVE, f"{process} is idle"


def read(folder: Path, process: str) -> tuple[int, str]:
    """The exit status and the sentence for a process."""
    liveness = _kept(folder / f"{process}.json")
    if liveness is None:
        return MISSING, f"{process} has no liveness in {folder}: it does not run here"
    if _is_gone(liveness.pid):
        return MISSING, f"{process} is not running: its process {liveness.pid} is gone"
    return judge(process, liveness, time.time())


def _kept(file: Path) -> Liveness | None:
    try:
        return Liveness(**json.loads(file.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def ask_web(host: str, port: int) -> tuple[int, str]:
    """The exit status and the sentence for web, which is asked over HTTP."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/health/live")
        status = connection.getresponse().status
    except ConnectionError:
        return MISSING, f"web does not listen on {host}:{port}"
    except OSError:
        return STALLED, f"web on {host}:{port} is stalled: no answer within 5 s"
    finally:
        connection.close()
    return (ALIVE, "web is alive") if status == http.client.OK else (STALLED, f"web answers with {status}")


def main(arguments: list[str]) -> int:
    """Print one line about a process; returns the exit status."""
    if arguments == ["web"]:
        status, sentence = ask_web("127.0.0.1", int(_variable("PORT", "8000")))
    elif arguments in (["worker"], ["beat"]):
        status, sentence = read(Path(_variable("DATA_DIR", "var")) / "liveness", arguments[0])
    else:
        status, sentence = MISSING, USAGE
    sys.stdout.write(sentence + "\n")
    return status


def _variable(name: str, default: str) -> str:
    value = os.environ.get(name, "")
    # Kubernetes sets PORT=tcp://... for a service; the settings pass it over, too.
    return ("" if "://" in value else value) or read_env_file(Path(".env")).values.get(name) or default


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
