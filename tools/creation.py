"""Makes an empty virtual environment with pip in it."""

from tools.mends import Place, Trouble
from tools.pins import ROOT
from tools.programs import run


def create(place: Place) -> None:
    """An empty environment; never in place of a folder that is something else."""
    if place.folder.exists() and any(place.folder.iterdir()) and not (place.folder / "pyvenv.cfg").exists():
        raise Trouble(f"{place.folder} is not a virtual environment and not empty: choose another VENV=<folder>")
    # In two steps, because venv keeps to itself why its ensurepip failed.
    for step in (
        [place.python, "-m", "venv", "--clear", "--without-pip", "--prompt", ROOT.name, str(place.folder)],
        [str(place.folder / "bin" / "python"), "-m", "ensurepip", "--default-pip"],
    ):
        done = run(step)
        if not done.well:
            raise done.trouble(place)
