"""The command line of the environment's tools teaches, and the proof without the example app proves."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tools import bare_core
from tools.__main__ import VERBS, purpose
from tools.pins import ROOT

from core.testing.waiting import PATIENCE

pytestmark = pytest.mark.usefixtures("git_without_settings")
CHECK = """check:
\ttest ! -e src/apps/lamps
\t! grep -q lamps src/project/__init__.py
\tgrep -q chairs src/project/__init__.py
"""


def environment(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as make calls it."""
    command = [sys.executable, "-m", "tools", *arguments]
    settings = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    return subprocess.run(command, env=settings, capture_output=True, text=True, check=False)


def test_help_names_every_verb_and_what_it_is_for() -> None:
    """Read from the modules, so that it cannot differ from them."""
    output = environment("--help").stdout
    assert all(f"  {verb:20} {purpose(verb)}" in output for verb in VERBS)
    assert all(purpose(verb) for verb in VERBS)


def test_a_verb_explains_itself() -> None:
    """Its docstring, its options, and what a beginner has to know."""
    output = environment("matrix", "--help").stdout
    assert "MATRIX_ABSENT" in output
    assert "--list" in output


def test_an_unknown_verb_is_refused() -> None:
    """With the ones that there are."""
    done = environment("dance")
    assert done.returncode == 2
    assert "lock-check" in done.stderr


@pytest.fixture(name="repository")
def repository_with_two_apps(tmp_path: Path) -> Path:
    """A project with two apps whose make check looks for the one that was deleted."""
    for app in ("lamps", "chairs"):
        (tmp_path / "src" / "apps" / app).mkdir(parents=True)
        (tmp_path / "src" / "apps" / app / "__init__.py").touch()
    (tmp_path / "src" / "project").mkdir()
    register = 'APPS: tuple[str, ...] = (\n    "lamps",\n    "chairs",\n)\n'
    (tmp_path / "src" / "project" / "__init__.py").write_text(register, "utf-8")
    (tmp_path / "Makefile").write_text(CHECK, "utf-8")
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    return tmp_path


def test_the_proof_deletes_the_app_in_a_copy(repository: Path) -> None:
    """The folder and its line are gone there, and untouched here."""
    assert bare_core.main(["lamps"], repository) == 0
    assert (repository / "src" / "apps" / "lamps").exists()


def test_the_proof_fails_where_something_needs_the_app(repository: Path) -> None:
    """The exit status is that of make check."""
    (repository / "Makefile").write_text("check:\n\ttest -e src/apps/lamps\n", "utf-8")
    assert bare_core.main(["lamps"], repository) != 0


def test_an_app_without_a_line_of_its_own_is_named(repository: Path) -> None:
    """Then deleting it by hand would not be two steps either."""
    (repository / "src" / "project" / "__init__.py").write_text('APPS = ("lamps", "chairs")\n', "utf-8")
    with pytest.raises(SystemExit, match="no line of its own"):
        bare_core.main(["lamps"], repository)


def test_an_app_that_is_gone_needs_no_proof(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A fork that deleted the example keeps the verb."""
    assert bare_core.main(["tables"], repository) == 0
    assert "there is no app tables" in capsys.readouterr().out


def test_the_entry_for_people_looks_at_the_environment_before_there_is_one() -> None:
    """Without a single package; the same verbs as of make."""
    command = [sys.executable, "-S", str(ROOT / "manage.py")]
    done = subprocess.run([*command, "parity"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "0 findings" in done.stdout
    nowhere = {**os.environ, "VENV": "nowhere"}
    done = subprocess.run([*command, "settings"], env=nowhere, capture_output=True, text=True, check=False)
    assert done.stderr.endswith("run `make setup` first\n")


PYTHON = """#!/bin/sh
echo "started again"
exec "{python}" -S "$@"
"""


def test_the_entry_for_people_starts_again_in_the_environment(tmp_path: Path) -> None:
    """Once, if what it imports is missing; VENV names another environment."""
    program = tmp_path / "bin" / "python"
    program.parent.mkdir()
    program.write_text(PYTHON.format(python=sys.executable), "utf-8")
    program.chmod(0o755)
    command = [sys.executable, "-S", str(ROOT / "manage.py"), "settings"]
    settings = {**os.environ, "VENV": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, env=settings, capture_output=True, text=True, check=False)
    assert done.stdout == "started again\n"
    assert done.stderr.endswith(": run `make setup` first\n")
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', "utf-8")
    done = subprocess.run(command, cwd=tmp_path, env=settings, capture_output=True, text=True, check=False)
    assert "SECRET_KEY" in done.stdout, done.stderr


@pytest.mark.parametrize("verb", ["lint", "hooks"])
def test_a_verb_that_needs_git_says_so(verb: str, tmp_path: Path) -> None:
    """In a folder that was downloaded as an archive, also if it lies inside another repository."""
    folder = tmp_path / "archive"
    folder.mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    command = ["make", "--no-print-directory", "--old-file=setup", verb, "PYTHON=python3", f"VENV={sys.prefix}"]
    for _ in range(2):
        done = subprocess.run(
            command, cwd=folder, env=os.environ | bare_core.APART, capture_output=True, text=True, check=False
        )
        assert (
            f"golden-core: make {verb} needs a git repository in this folder: git init && git add --all" in done.stderr
        )
        subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)


def test_the_verbs_that_people_need_first_come_first() -> None:
    """Ten in groups, the others below."""
    shown = subprocess.check_output(["make", "--no-print-directory", "help"], cwd=ROOT, text=True)
    first, _, others = shown.partition("\nMore: ")
    assert first.count("  make ") == 10
    assert others.count("  make ") > 10
    assert all(word in first for word in ("make run", "make test", "make check", "make up", "make doctor"))


def test_a_signal_to_make_reaches_the_service(tmp_path: Path) -> None:
    """Whatever supervises a service knows the process that it started, which is make."""
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\ntrap 'echo ended; exit' TERM\necho up\nwhile sleep 0.05; do :; done\n", "utf-8")
    python.chmod(0o755)
    command = ["make", "--no-print-directory", "--old-file=setup", "run"]
    apart = os.environ | bare_core.APART | {"VENV": str(tmp_path), "PYTHON": sys.executable}
    with subprocess.Popen(command, cwd=ROOT, env=apart, stdout=subprocess.PIPE, text=True) as make:
        assert make.stdout is not None
        assert make.stdout.readline() == "up\n"
        make.terminate()
        assert make.communicate(timeout=PATIENCE)[0] == "ended\n"
