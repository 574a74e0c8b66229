"""A process's pulse: a small file that it keeps fresh, and a reader that starts at once.

Only the standard library is imported here: container health checks run `manage.py pulse worker` every few seconds.
"""

import http.client
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

STALE_SECONDS = 30
ALIVE, STALLED, MISSING = 0, 1, 2
USAGE = "usage: manage.py pulse web|worker|beat   (exit status: 0 alive, 1 stalled, 2 not running)"


@dataclass(frozen=True)
class Pulse:
    """What a process says of itself, at `at` (seconds since 1970); `loop_at` is its main loop's last turn."""

    pid: int
    at: float
    loop_at: float
    running: int = 0
    capacity: int = 0
    broker_away_since: float | None = None


def write_pulse(folder: Path, process: str, pulse: Pulse) -> None:
    """Keep the pulse, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{process}.{pulse.pid}"
    fresh.write_text(json.dumps(asdict(pulse)))
    fresh.replace(folder / f"{process}.json")


def end_pulse(folder: Path, process: str, pid: int) -> None:
    """Leave no pulse behind, unless another process keeps it by now."""
    file = folder / f"{process}.json"
    pulse = _kept(file)
    if pulse is not None and pulse.pid == pid:
        file.unlink(missing_ok=True)


def judge(process: str, pulse: Pulse, now: float) -> tuple[int, str]:
    """The exit status and the sentence for a pulse."""
    if now - pulse.at > STALE_SECONDS:
        return STALLED, f"{process} is stalled: no pulse for {now - pulse.at:.0f} s"
    if pulse.broker_away_since is not None:
        return ALIVE, f"{process} is alive, but the broker is away since {now - pulse.broker_away_since:.0f} s"
    if now - pulse.loop_at > STALE_SECONDS:
        return STALLED, f"{process} is stalled: its main loop stands still for {now - pulse.loop_at:.0f} s"
    if pulse.running:
        return ALIVE, f"{process} is busy with {pulse.running} of {pulse.capacity} jobs"
    return ALIVE, f"{process} is idle"


def read(folder: Path, process: str) -> tuple[int, str]:
    """The exit status and the sentence for a process."""
    pulse = _kept(folder / f"{process}.json")
    if pulse is None:
        return MISSING, f"{process} has no pulse in {folder}: it does not run here"
    if _is_gone(pulse.pid):
        return MISSING, f"{process} is not running: its process {pulse.pid} is gone"
    return judge(process, pulse, time.time())


def _kept(file: Path) -> Pulse | None:
    try:
        return Pulse(**json.loads(file.read_text()))
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
        status, sentence = read(Path(_variable("DATA_DIR", "var")) / "pulse", arguments[0])
    else:
        status, sentence = MISSING, USAGE
    sys.stdout.write(sentence + "\n")
    return status


def _variable(name: str, default: str) -> str:
    return os.environ.get(name) or _from_file(name) or default


def _from_file(name: str) -> str | None:
    file = Path(".env")
    lines = file.read_text().splitlines() if file.exists() else []
    values = [line.partition("=")[2].strip().strip("'\"") for line in lines if line.startswith(f"{name}=")]
    return values[-1] if values else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
