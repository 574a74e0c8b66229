"""The port of web: its configured number, and whether it is free."""

import os
import re
import socket
import sys
from pathlib import Path

from tools.findings import Finding, Subject
from tools.programs import run

LARGEST = 65535
LINE = r"^{prefix}PORT[ \t]*=[ \t]*[\"']?([^\"'#\s]*)"


def configured(root: Path) -> str:
    """PORT of the environment or of .env, or the default that .env.example documents."""
    variable = os.environ.get("PORT", "")
    if variable and not variable.startswith("tcp://"):  # Kubernetes' variable for a Service is no setting
        return variable
    lines = [*written(root / ".env.example", "#"), *written(root / ".env", r"(?:export[ \t]+)?")]
    return next((line for line in reversed(lines) if line), "8000")


def written(file: Path, prefix: str) -> list[str]:
    """The values of PORT in a file of settings; the last one counts."""
    text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
    return re.findall(LINE.format(prefix=prefix), text, re.MULTILINE)


def check(subject: Subject) -> Finding:
    """Whether web can listen there."""
    if not subject.port.isdecimal() or not 0 < int(subject.port) <= LARGEST:
        found = f"PORT={subject.port} is no number from 1 to {LARGEST}"
        return Finding("port", "wrong", found, "run, up", "correct PORT in the environment or in .env")
    port = int(subject.port)
    if not is_taken(port):
        return Finding("port", found=f"{port} is free")
    fix = f"make run PORT={next(number for number in [*range(port + 1, LARGEST), 1024] if not is_taken(number))}"
    if run([sys.executable, subject.root / "manage.py", "liveness", "web"], {"PORT": str(port)}, subject.root).ok:
        return Finding("port", "note", f"{port} is in use by a running Golden Core", "a second run, up", fix)
    return Finding("port", "wrong", f"{port} is in use by another program", "run, up", fix)


def is_taken(number: int) -> bool:
    """Whether a program listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", number)) == 0
