"""`make bench ARGS=http`: requests by instructions if valgrind is installed, by processor time otherwise."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.stack import environment_of

from benchmarks.figures import Figure, Sizes
from benchmarks.places import Place, open_place
from core.commands.processes import METRICS_FOLDER

SOURCE = Path(__file__).with_name("callgrind.c")
VALGRIND = ("valgrind", "--quiet", "--tool=callgrind", "--instr-atstart=no")


def measure_requests(sizes: Sizes) -> Sequence[Figure]:
    """What each case costs, in a process of its own, because valgrind must start it."""
    with open_place() as place:
        folder = place.settings.data_dir
        uses_valgrind = sizes.uses_valgrind and all(map(shutil.which, ("valgrind", "cc")))
        command = [sys.executable, "-m", "benchmarks.http.child", str(folder), str(place.embedded.data_dir)]
        if uses_valgrind:
            library = compile_library(folder)
            valgrind = [*VALGRIND, f"--callgrind-out-file={folder / 'instructions'}"]
            run_child(place, [*valgrind, *command, str(sizes.calls), "--library", str(library)])
        else:
            run_child(place, [*command, str(sizes.calls)])
        return [Figure(**each) for each in json.loads((folder / "figures.json").read_text())]


def compile_library(folder: Path) -> Path:
    """Compile the library that turns counting on and off."""
    library = folder / "callgrind.so"
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", str(library), str(SOURCE)], check=True)
    return library


def run_child(place: Place, command: Sequence[str]) -> None:
    """Run it to its end, set up as a process of web is; its log lines go where those of web go, to a file."""
    folder = place.settings.data_dir
    metrics = folder / "metrics"
    metrics.mkdir()
    environment = {**environment_of(place.settings), METRICS_FOLDER: str(metrics), "PYTHONHASHSEED": "0"}
    with (folder / "child.log").open("wb") as log:
        child = subprocess.run(command, cwd=folder, env=environment, stderr=log, check=False)
    if child.returncode:
        raise RuntimeError((folder / "child.log").read_text(errors="replace")[-5000:])
