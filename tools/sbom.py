"""The software bill of materials of the production image, in CycloneDX's JSON."""

import sys
import tempfile
import tomllib
from pathlib import Path

from packaging.markers import Marker

from tools.pins import ROOT, Pin, read
from tools.programs import Command, show


def write(name: str, release: str, file: Path) -> int:
    """Describe what the image contains; returns the exit status of cyclonedx-py. The same lock gives the same file."""
    with tempfile.TemporaryDirectory() as folder:
        requirements, project = Path(folder, "prod.txt"), Path(folder, "pyproject.toml")
        pins = inside(read(ROOT / "requirements" / "prod.txt"))
        requirements.write_text("".join(pin.line for pin in pins), encoding="utf-8")
        # Not the project's own: cyclonedx-py expects a name in its [tool.poetry].
        project.write_text(f'[project]\nname = "{name}"\nversion = "{release}"\n', encoding="utf-8")
        command: Command = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements", requirements]
        return show([*command, "--pyproject", project, "--output-reproducible", "--output-file", file])


def inside(pins: list[Pin]) -> list[Pin]:
    """The pins whose markers apply in the image; the others are for other Pythons and systems."""
    manifest = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    python = str(manifest["tool"]["environment"]["python"])
    image = {"python_version": python, "python_full_version": f"{python}.0", "platform_system": "Linux"}
    image |= {"sys_platform": "linux", "platform_python_implementation": "CPython"}
    return [pin for pin in pins if not pin.marker or Marker(pin.marker).evaluate(image)]
