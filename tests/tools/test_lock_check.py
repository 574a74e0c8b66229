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


def test_the_lock_and_its_exports_agree(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What make lock-check prints of this tree; without Poetry it names what it has not compared."""
    monkeypatch.delenv("CI", raising=False)
    assert lock_check.main(["--poetry", "no-such-poetry"]) == 0
    output = capsys.readouterr().out
    assert "pyproject.toml, poetry.lock and prod.txt, dev.txt, lock.txt agree" in output
    assert "markers were not compared" in output


@pytest.mark.parametrize(
    "file, before, after, expected",
    [
        (
            "pyproject.toml",
            '"flask (>=3.1.3,<4)"',
            '"flask (>=3.1.2,<4)"',
            "than those of pyproject.toml",
        ),
        ("pyproject.toml", '"ruff (', '"rough (', "than those of pyproject.toml"),
        ("requirements/prod.txt", "flask==3", "flask==4", "flask 4"),
        ("requirements/dev.txt", "ruff==", "rough==", "rough "),
        ("requirements/dev.txt", "--hash=sha256:0", "--hash=sha256:1", "differs from poetry.lock"),
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


@pytest.mark.parametrize("changed", [True, False])
def test_a_fresh_export_proves_the_markers(changed: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A stand-in for Poetry exports what is there, or the same with one other marker."""
    poetry = tmp_path / "poetry"
    change = "s/python_version < .3.15./python_version < '3.16'/" if changed else ""
    poetry.write_text(f'#!/bin/sh\nsed "{change}" requirements/$(basename "$6") > "$6"\n', "utf-8")
    poetry.chmod(0o755)
    assert lock_check.main(["--poetry", str(poetry)]) == int(changed)
    output = capsys.readouterr()
    assert ("requirements/dev.txt: it differs from a fresh export" in output.err) is changed
    assert "markers were not compared" not in output.out


@pytest.mark.parametrize("line", ["flask>=3", "-e .", "flask @ https://example.org/flask.whl", "https://example.org"])
def test_what_is_not_a_pin_is_refused(line: str) -> None:
    """An export holds names, versions and hashes only."""
    with pytest.raises(NotAPin, match="expected name==version"):
        parse(line, Path("dev.txt"))
