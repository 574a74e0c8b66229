"""The proof that pyproject.toml, poetry.lock and the exports agree fails on every disagreement."""

import shutil
from pathlib import Path

import pytest
from tools import lock_check
from tools.pins import ROOT, NotAPin, parse


@pytest.fixture(name="copy")
def locked_files(tmp_path: Path) -> Path:
    """A folder with the files that must agree, as they are."""
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    for name in ("pyproject.toml", "poetry.lock"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_the_lock_and_its_copies_agree(capsys: pytest.CaptureFixture[str]) -> None:
    """What make lock-check says of this tree."""
    assert lock_check.main() == 0
    assert "exactly the locked names, versions and hashes" in capsys.readouterr().out


@pytest.mark.parametrize(
    "file, before, after, expected",
    [
        ("pyproject.toml", '"flask (>=3.1.3,<4)"', '"flask (>=3.1.2,<4)"', "pyproject.toml has other dependencies"),
        ("pyproject.toml", '"ruff (', '"rough (', "pyproject.toml has other dependencies"),
        ("requirements/prod.txt", "flask==3", "flask==4", "only in the export"),
        ("requirements/dev.txt", "ruff==", "rough==", "is only in poetry.lock"),
        ("requirements/dev.txt", "--hash=sha256:0", "--hash=sha256:1", "has other hashes"),
        ("requirements/lock.txt", 'python_version == "3.11"', 'python_version == "3.12"', "other Pythons or platforms"),
        ("requirements/prod.txt", 'sys_platform == "win32"', 'sys_platform == "linux"', "other Pythons or platforms"),
        (
            "requirements/prod.txt",
            "alembic==",
            "--index-url https://index.example/simple\nalembic==",
            "expected name==",
        ),
    ],
)
def test_a_disagreement_is_found(file: str, before: str, after: str, expected: str, copy: Path) -> None:
    """One change in one file, and the check says where."""
    text = (copy / file).read_text("utf-8")
    assert before in text
    (copy / file).write_text(text.replace(before, after, 1), "utf-8")
    assert expected in "\n".join(lock_check.disagreements(copy))


def test_a_missing_export_is_found(copy: Path) -> None:
    """A check of nothing would always be green."""
    (copy / "requirements" / "prod.txt").unlink()
    assert "prod.txt" in "\n".join(lock_check.disagreements(copy))


@pytest.mark.parametrize("line", ["flask>=3", "-e .", "flask @ https://example.org/flask.whl", "https://example.org"])
def test_what_is_not_a_pin_is_refused(line: str) -> None:
    """An export holds names, versions and hashes only."""
    with pytest.raises(NotAPin, match="expected name==version"):
        parse(line, "dev.txt:1")
