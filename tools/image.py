"""Builds the image of production, refuses one that grew too large, and writes its bill of materials beside it."""

import argparse
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from tools import engine
from tools.bill import bill, contents
from tools.pins import ROOT, read
from tools.programs import run, shown

NAME = "golden-core"
# Of which the base image is about one half. Whoever raises it says in the commit what it was spent on.
BUDGET_MEGABYTES = 270
PRODUCTION = ROOT / "requirements" / "prod.txt"


def main(arguments: Sequence[str]) -> int:
    """Build, weigh, list; stops at the first that fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("dist"), help="where the bill of materials goes")
    folder = parser.parse_args(arguments).folder
    complaint = engine.trouble("image")
    if complaint:
        print(complaint, file=sys.stderr)
        return 1
    release = version()
    return build(release) or weigh() or list_materials(release, folder)


def version() -> str:
    """The version of the project."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def build(release: str) -> int:
    """The image under its version and under the name that the stack uses."""
    revision = run(["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"])
    labels = {"VERSION": release, "REVISION": revision.output.strip() if revision.well else "unknown"}
    arguments = [f"--build-arg={name}={value}" for name, value in labels.items()]
    tags = [f"--tag={NAME}:{tag}" for tag in (release, "local")]
    return shown(["docker", "build", "--target=prod", *arguments, *tags, "."], folder=ROOT)


def weigh() -> int:
    """Compares the size with the budget."""
    size = run(["docker", "image", "inspect", "--format={{.Size}}", f"{NAME}:local"])
    megabytes = int(size.output) / 1e6
    verdict = f"the image has {megabytes:.0f} MB, its budget is {BUDGET_MEGABYTES} MB"
    if megabytes > BUDGET_MEGABYTES:
        print(f"golden-core: {verdict}: docker history {NAME}:local shows where they are", file=sys.stderr)
        return 1
    print(f"golden-core: {verdict}")
    return 0


def list_materials(release: str, folder: Path) -> int:
    """Writes the bill of materials."""
    file = folder / f"{NAME}-{release}.cdx.json"
    file.parent.mkdir(exist_ok=True)
    pins = read(PRODUCTION)
    file.write_text(bill(NAME, release, pins), encoding="utf-8")
    print(f"golden-core: {len(contents(pins))} packages listed in {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
