"""Builds the image of production, refuses one that grew too large, and writes its bill of materials beside it."""

import argparse
import json
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from packaging.markers import Marker

from environment import engine
from environment.pins import ROOT, Pin, read
from environment.programs import run, shown

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
    """Writes the CycloneDX bill of what the lock puts into the image."""
    locked = "".join(pin.requirement() for pin in contents(read(PRODUCTION)))
    tool = [str(Path(sys.executable).with_name("cyclonedx-py")), "requirements", "--output-reproducible", "-"]
    done = subprocess.run(tool, input=locked, stdout=subprocess.PIPE, text=True, check=True)
    bill = json.loads(done.stdout)
    bill["metadata"]["component"] = described(release)
    file = folder / f"{NAME}-{release}.cdx.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(bill, indent=2) + "\n", encoding="utf-8")
    print(f"golden-core: {len(bill['components'])} packages listed in {file}")
    return 0


def described(release: str) -> dict[str, str]:
    """What the bill is of."""
    purl = f"pkg:oci/{NAME}?tag={release}"
    return {"type": "container", "bom-ref": NAME, "name": NAME, "version": release, "purl": purl}


def contents(pins: Sequence[Pin]) -> list[Pin]:
    """The pins that apply inside the image; the others are for other Pythons and systems."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        python = str(tomllib.load(file)["tool"]["environment"]["python"])
    inside = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_python_implementation": "CPython",
    }
    return [pin for pin in pins if not pin.marker or Marker(pin.marker).evaluate(inside)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
