"""Builds the production image, checks its size, and writes its bill of materials (SBOM)."""

import argparse
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from tools import docker, sbom
from tools.pins import ROOT
from tools.programs import run, show

NAME = "golden-core"
# About half of it is the base image. Raise it together with the reason in the commit.
BUDGET_MEGABYTES = 270


def main(arguments: Sequence[str]) -> int:
    """Build, check, describe; stops at the first step that fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("dist"), help="where the SBOM is written")
    folder = parser.parse_args(arguments).folder
    problem = docker.problem("image")
    if problem:
        print(problem, file=sys.stderr)
        return 1
    release = str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    folder.mkdir(exist_ok=True)
    return build(release) or check_size() or sbom.write(NAME, release, folder / f"{NAME}-{release}.cdx.json")


def build(release: str) -> int:
    """The image, tagged with its version and with the tag that the stack uses."""
    revision = run(["git", "-C", ROOT, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"])
    labels = [f"VERSION={release}", f"REVISION={revision.output.strip() if revision.ok else 'unknown'}"]
    options = [f"--build-arg={label}" for label in labels] + [f"--tag={NAME}:{tag}" for tag in (release, "local")]
    return show(["docker", "build", "--target=prod", *options, "."], folder=ROOT)


def check_size() -> int:
    """1 if the image is larger than its budget."""
    megabytes = int(run(["docker", "image", "inspect", "--format={{.Size}}", f"{NAME}:local"]).output) / 1e6
    print(f"golden-core: the image has {megabytes:.0f} MB, its budget is {BUDGET_MEGABYTES} MB")
    if megabytes > BUDGET_MEGABYTES:
        print(f"golden-core: the image is too large: docker history {NAME}:local lists its layers", file=sys.stderr)
    return int(megabytes > BUDGET_MEGABYTES)
