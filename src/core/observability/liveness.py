"""Liveness: a small file that a process keeps up to date, and its reader, which starts at once.

Only the standard library is imported here, because container health checks read the file every few seconds.
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
    """A process's report about itself; `at` is its time and `loop_at` its main loop's last turn, in Unix seconds."""

    pid: int
    at: float
    loop_at: float
    running: int = 0
    capacity: int = 0
    broker_down_since: float | None = None


def write_liveness(folder: Path, process: str, liveness: Liveness) -> None:
    """Write the file, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{process}.{liveness.pid}"
    unfinished.write_text(json.dumps(asdict(liveness)))
    unfinished.replace(folder / f"{process}.json")


def remove_liveness(folder: Path, process: str, pid: int) -> None:
    """Remove the file, unless another process writes it now."""
    file = folder / f"{process}.json"
    liveness = _read_file(file)
    if liveness is not None and liveness.pid == pid:
        file.unlink(missing_ok=True)


def judge(process: str, liveness: Liveness, now: float) -> tuple[int, str]:
    """The exit status and the sentence for a report."""
    if now - liveness.at > STALE_SECONDS:
        return STALLED, f"{process} is stalled: no report for {now - liveness.at:.0f} s"
    if liveness.broker_down_since is not None:
        return (
            ALIVE,
            f"{process} is alive; the broker has been unavailable for {now - liveness.broker_down_since:.0f} s",
        )
    if now - liveness.loop_at > STALE_SECONDS:
        return STALLED, f"{process} is stalled: its main loop has not turned for {now - liveness.loop_at:.0f} s"
    if liveness.running:
        return ALIVE, f"{process} is busy with {liveness.running} of {liveness.capacity} jobs"
    return ALIVE, f"{process} is idle"


def read(folder: Path, process: str) -> tuple[int, str]:
    """The exit status and the sentence for a process."""
    liveness = _read_file(folder / f"{process}.json")
    if liveness is None:
        return MISSING, f"{process} is not running: no report in {folder}"
    if is_process_gone(liveness.pid):
        return MISSING, f"{process} is not running: its process {liveness.pid} is gone"
    return judge(process, liveness, time.time())


def _read_file(file: Path) -> Liveness | None:
    try:
        return Liveness(**json.loads(file.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def is_process_gone(pid: int) -> bool:
    """Whether this machine has no process with this id; False for another user's process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def request_web(host: str, port: int) -> tuple[int, str]:
    """The exit status and the sentence for web, by a request to it."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/health/live")
        status = connection.getresponse().status
    except ConnectionError:
        return MISSING, f"web does not listen on {host}:{port}"
    except OSError:
        return STALLED, f"web on {host}:{port} is stalled: no response within 5 s"
    finally:
        connection.close()
    return (ALIVE, "web is alive") if status == http.client.OK else (STALLED, f"web responds with {status}")


def main(arguments: list[str]) -> int:
    """Print one line about a process; returns the exit status."""
    if arguments == ["web"]:
        port = _variable("PORT", "8000")
        unusable = MISSING, f"PORT={port}: must be a number"
        status, sentence = request_web("127.0.0.1", int(port)) if port.isdecimal() else unusable
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
