"""What the doctor is shown."""

from pathlib import Path

from tools.doctor.machine import Subject
from tools.pins import ROOT


def subject(folder: Path, port: int = 1, old: str = "") -> Subject:
    """This project, with its environment somewhere else."""
    return Subject(ROOT, folder, port, old)
