"""What cannot be compared is refused, what is missing is an error, and a pin in a new place has to be declared."""

from dataclasses import replace
from pathlib import Path

import pytest
from tools.parity.__main__ import main
from tools.parity.compare import compare
from tools.parity.tree import read
from tools.pins import ROOT

TREE = read(ROOT)
COMMIT = "0a" * 20
WORKFLOW = f"""jobs:
  check:
    runs-on: ubuntu-24.04
    container: python:3.13-slim-bookworm
    steps:
      - uses: owner/action@{COMMIT} # v1.2.3
      - run: make check
"""


def told(path: str, content: str) -> str:
    """Everything that parity says when a file has this content."""
    return "\n".join(map(str, compare(TREE.with_text(path, content))[1]))


@pytest.mark.parametrize(
    "path, old, new, said",
    [
        ("docker-compose.yml", "redis:8-bookworm", "redis:latest", "redis:latest is not pinned"),
        ("docker-compose.yml", "redis:8-bookworm", "redis:8", "debian of redis is 'nothing' here"),
        ("docker-compose.yml", "redis:8-bookworm", "valkey/valkey", "valkey/valkey is not pinned"),
        ("docker-compose.yml", "redis:8-bookworm", "redis:7-bookworm", "redis of redis is '7' here and '8' there"),
        ("docker-compose.yml", "    ENVIRONMENT:", "    ENVIRONMENTS:", "ENVIRONMENTS is no setting"),
        ("Dockerfile", "python:3.12-slim-bookworm", "python:3.12-slim-trixie", "debian of python is 'trixie' here"),
        ("Dockerfile", "FROM python:3.12", "FROM python:3.11", "other 3.11 stands here more than once"),
        ("Dockerfile", "EXPOSE 8000", "", "no longer says what is declared of it"),
        (".pre-commit-config.yaml", "repo: local", "repo: https://example.org/hooks", "remote repository of hooks"),
        (".pre-commit-config.yaml", "language: system", "language: python", "installs a tool of its own"),
        (".pre-commit-config.yaml", "  - repo: local", "  - repo: local\n    rev: v1", "a version beside the lock"),
        (".pre-commit-config.yaml", "entry: make types", "entry: mypy src", "neither make nor"),
        ("flake.nix", "pkgs.git\n", "pkgs.ruff\n", "ruff is taken from nixpkgs, and poetry.lock pins it"),
        ("flake.nix", "  outputs =", '  inputs.other.url = "github:a/b/c";\n  outputs =', "not exactly one input"),
        ("flake.lock", '"ref": "nixos-', '"tag": "nixos-', "has no ref"),
        ("pyproject.toml", '"flask (>=3.1.3,<4)"', '"flask (^3.1)"', "flask 3.1.3 is locked, which '^3.1'"),
        ("pyproject.toml", '"flask (>=3.1.3,<4)"', '"lamps (>=3)"', "lamps is not locked"),
        ("pyproject.toml", '"flask (>=3.1.3,<4)",', '"flask (>=3.1.3,<4)', "cannot be read"),
        ("pyproject.toml", '  "Programming Language :: Python :: 3.12",\n', "", "each 3.12 is missing here"),
        ("pyproject.toml", 'redis = "8"\n', "", "nothing decides the redis any more"),
        (".env.example", "#RELOAD=0", "", "RELOAD is not listed"),
        (".env.example", "#RELOAD=0", "#RELOADS=0", "nothing reads RELOADS"),
        ("docs/deploy.md", "runAsUser: 10001", "runAsUser: 10002", "uid is '10002' here and '10001' there"),
        ("docs/deploy.md", "fsGroup: 10001", "fsGroup: 10002", "uid is '10002' here and '10001' there"),
        ("docs/deploy.md", "port: 8000", "port: 8001", "port is '8001' here and '8000' there"),
        ("docs/deploy.md", "STOP_GRACE (10)", "STOP_GRACE (30)", "the default of STOP_GRACE is '30' here"),
        ("docs/deploy.md", "PeriodSeconds: 20", "PeriodSeconds: 15", "whole grace is '15' here and '20' there"),
        ("flake.nix", "pkgs.redis.version", "pkgs.valkey.version", "valkey is not among what the shells take"),
        ("tools/lint/taplo.toml", "column_width = 120", "column_width = 80", "line length is '80' here"),
    ],
)
def test_what_cannot_be_compared_is_refused(path: str, old: str, new: str, said: str) -> None:
    """One thing at a time."""
    content = TREE.texts[path].content
    assert old in content
    assert said in told(path, content.replace(old, new, 1))


@pytest.mark.parametrize(
    "old, new, said",
    [
        (f"action@{COMMIT} # v1.2.3", "action@v1", "owner/action is not pinned to a commit"),
        (f"action@{COMMIT} # v1.2.3", "action", "owner/action is not pinned to a commit"),
        (" # v1.2.3", "", "owner/action is not pinned to a release"),
        ("ubuntu-24.04", "ubuntu-latest", "the runner floats"),
        ("python:3.13-", "python:3.9-", "each of python is '3.9' here"),
        ("make check", "make lamps", "the Makefile has no verb 'lamps'"),
        (
            "      - run",
            f"      - uses: owner/action@{COMMIT[::-1]} # v1.2.3\n      - run",
            "the commit of owner/action",
        ),
    ],
)
def test_a_workflow_pins_what_it_takes(old: str, new: str, said: str) -> None:
    """Workflows are read as they come; no row of the table names them."""
    path = ".github/workflows/planted.yml"
    assert told(path, WORKFLOW) == ""
    assert said in told(path, WORKFLOW.replace(old, new, 1))


@pytest.mark.parametrize(
    "content, said",
    [
        ("Needs Python 3.9 or newer.", "lowest is '3.9' here and '3.11' there"),
        ("Runs on python3.9.", "each is '3.9' here"),
        ("Ask PostgreSQL 12.", "postgresql is '12' here and '17' there"),
        ("Try `valkey:8-bookworm`.", "looks like a pin and is not declared"),
        ("Open http://localhost:5000.", "port is '5000' here and '8000' there"),
        ("Run `make sense`.", "the Makefile has no verb 'sense'"),
        ("See `src/core/nothing.py`.", "there is no src/core/nothing.py"),
        ("See [it](docs/nothing.md).", "there is no docs/nothing.md"),
    ],
)
def test_a_new_document_is_compared_as_well(content: str, said: str) -> None:
    """Nobody has to remember to add it anywhere."""
    assert said in told("docs/planted.md", f"# Planted\n\n{content}\n")


@pytest.mark.parametrize(
    "path", ["Dockerfile", "docker-compose.yml", "flake.nix", "flake.lock", "tox.ini", ".env.example", "poetry.lock"]
)
def test_a_missing_file_is_an_error_and_not_a_pass(path: str) -> None:
    """An environment that nothing defines any more agrees with everything."""
    texts = {name: text for name, text in TREE.texts.items() if name != path}
    found = compare(replace(TREE, texts=texts))[1]
    assert any(finding.spot.path == path and "is missing" in finding.said for finding in found)


def test_the_verdict_is_printed_and_is_the_exit_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For people, with the mend; nothing is green about an empty folder."""
    assert main(ROOT) == 0
    assert "0 findings" in capsys.readouterr().out
    (tmp_path / ".gitignore").write_text("*.log\n!kept.log\n", "utf-8")
    (tmp_path / "kept.log").write_text("redis:7-bookworm", "utf-8")
    (tmp_path / "lost.log").write_text("redis:7-bookworm", "utf-8")
    (tmp_path / "picture").write_bytes(b"\0")
    assert main(tmp_path) == 1
    said = capsys.readouterr().err
    assert "kept.log:1: '7' looks like a pin and is not declared" in said
    assert "lost.log" not in said
    assert "    mend: " in said


def test_an_image_that_no_manifest_decides_is_the_same_everywhere() -> None:
    """Whoever names it first decides for the others."""
    stack = "services:\n  one:\n    image: valkey/valkey:8.1.0\n  other:\n    image: valkey/valkey:8.2.0\n"
    assert "the version of valkey/valkey is '8.2.0' here and '8.1.0' there" in told("docs/compose.yml", stack)
