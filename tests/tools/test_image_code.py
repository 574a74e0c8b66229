"""The image contains every package that the project imports, and no test."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

import pytest
from tools.bare_core import copied
from tools.pins import ROOT
from tools.startapp.__main__ import main

START = """
from core.composition import load_app
from project import APPS
print(*[load_app(name).name for name in APPS])
"""


def is_copied(path: PurePosixPath, patterns: Sequence[str]) -> bool:
    """Whether a .dockerignore lets a path into the build: the last pattern that matches it or a parent decides."""
    decision = True
    for line in patterns:
        pattern = line.removeprefix("!")
        if any(matches(part, pattern) for part in (path, *path.parents[:-1])):
            decision = line.startswith("!")
    return decision


def matches(path: PurePosixPath, pattern: str) -> bool:
    """Part by part; two asterisks stand for any folder."""
    if pattern.startswith("**/"):
        return fnmatchcase(path.name, pattern.removeprefix("**/"))
    parts = pattern.split("/")
    return len(parts) == len(path.parts) and all(map(fnmatchcase, path.parts, parts))


def image(project: Path, folder: Path) -> Path:
    """What the stage `code` of the Dockerfile copies."""
    lines = (project / ".dockerignore").read_text("utf-8").splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    dockerfile = (project / "Dockerfile").read_text("utf-8")
    stage = re.findall(r"^FROM \S+ AS code$(.*?)^FROM ", dockerfile, re.MULTILINE | re.DOTALL)[0]
    for source in re.findall(r"^COPY (\S+) \S+$", stage, re.MULTILINE):
        files = [file for file in [project / source, *(project / source).rglob("*")] if file.is_file()]
        for path in (PurePosixPath(file.relative_to(project)) for file in files):
            if is_copied(path, patterns):
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(project / path, folder / path)
    return folder


@pytest.fixture(name="project")
def project_with_further_packages(tmp_path: Path) -> Path:
    """This project with an app that imports a module of src/shared, and a package beside it."""
    project = tmp_path / "project"
    copied(ROOT, project)
    assert main(["lamps"], project) == 0
    service = project / "src" / "apps" / "lamps" / "service.py"
    service.write_text(f"import billing, shared.auth\n{service.read_text('utf-8')}", "utf-8")
    for name in ("shared/auth.py", "billing/__init__.py"):
        (project / "src" / name).parent.mkdir(exist_ok=True)
        (project / "src" / name).write_text('"""Planted."""\n', "utf-8")
    return project


@pytest.mark.slow
@pytest.mark.usefixtures("git_without_settings")
def test_an_app_of_the_image_may_import_any_package_of_src(project: Path, tmp_path: Path) -> None:
    """Every app is loaded from what the image contains, which is no test."""
    folder = image(project, tmp_path / "image")
    settings = {**os.environ, "PYTHONPATH": str(folder / "src")}
    command = [sys.executable, "-c", START]
    started = subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, check=False)
    assert started.stdout.split()[-1:] == ["lamps"], started.stderr
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*.py")}
    assert "manage.py" in names
    assert [name for name in names if "/tests/" in name or "/testing/" in name] == []
