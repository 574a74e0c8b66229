"""What contradicts nothing raises no alarm: a fork's own parts, other words, and parts that are left out."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tools.parity.compare import compare
from tools.parity.tree import Tree, read
from tools.pins import ROOT

from tests.tools.parity.harmless import EDITS, Edit

TREE = read(ROOT)
PARTS = {
    "nix": ("flake.nix", "flake.lock", ".envrc", ".ci/nix"),
    "devcontainer": (".devcontainer",),
    "observability": ("deploy/observability",),
    "workflows": (".github/workflows",),
    "example": ("src/apps/catalog",),
}


def edited(tree: Tree, edit: Edit) -> Tree:
    """The tree after one edit."""
    path, words, other = edit
    content = tree.texts[path].content if path in tree.texts else ""
    assert words in content
    return tree.with_text(path, content.replace(words, other, 1) if words else content + other)


def problems(tree: Tree) -> list[str]:
    """What parity says."""
    return [str(finding) for finding in compare(tree)[1]]


def without(tree: Tree, *parts: str) -> Tree:
    """The tree after files and folders were deleted."""
    gone = {path for path in tree.files if any(path == part or path.startswith(f"{part}/") for part in parts)}
    return Tree({path: text for path, text in tree.texts.items() if path not in gone}, tree.files - gone)


@pytest.mark.parametrize("name", EDITS)
def test_a_harmless_edit_raises_no_alarm(name: str) -> None:
    """One at a time."""
    tree = edited(TREE, EDITS["a volume for it"]) if name == "a service" else TREE
    assert problems(edited(tree, EDITS[name])) == []


def test_a_hundred_edits_are_tried() -> None:
    """No fewer."""
    assert len(EDITS) >= 100


def test_an_image_may_have_a_release_of_debian_of_its_own() -> None:
    """Named in the manifest; without that line the other release is a finding."""
    stack = ("docker-compose.yml", "redis:8-bookworm", "redis:8-trixie")
    manifest = ("pyproject.toml", 'debian = "', 'debian-redis = "trixie"\ndebian = "')
    assert "there is no Debian of redis trixie; did you mean bookworm?" in problems(edited(TREE, stack))[0]
    assert problems(edited(edited(TREE, manifest), stack)) == []


@pytest.mark.parametrize("part", PARTS)
def test_a_part_may_be_deleted(part: str) -> None:
    """Its files are enough; what documents still say of it is no finding."""
    assert problems(without(TREE, *PARTS[part])) == []


@pytest.mark.parametrize("part", ["nix", "observability", "workflows"])
def test_a_part_may_be_declared_to_be_left_out(part: str) -> None:
    """In the manifest, while its files are still there."""
    edit = ("pyproject.toml", "[tool.environment]\n", f'[tool.environment]\nwithout = ["{part}"]\n')
    assert problems(edited(TREE, edit)) == []


def test_the_stack_may_lose_its_observability() -> None:
    """The services, the volume and the lines of the settings go with the folder."""
    stack = TREE.texts["docker-compose.yml"].content
    start, end = stack.index("  prometheus:\n    <<"), stack.index("networks:\n  #")
    kept = (stack[:start] + stack[end:]).replace("  prometheus:\n", "")
    tree = without(TREE, *PARTS["observability"]).with_text("docker-compose.yml", kept)
    assert problems(tree) == []


OTHERS: tuple[Edit, ...] = (
    ("README.md", "", "\nSee `LAMPS_URL` and `http://lamps:80`.\n"),
    ("flake.nix", "pkgs.git\n", "pkgs.git\n        pkgs.nodejs\n"),
    ("docker-compose.yml", "    image: redis:8", '    ports: ["${LAMPS_PORT:-6380}:6379"]\n    image: redis:8'),
)


def test_the_line_that_is_offered_helps(tmp_path: Path) -> None:
    """Each finding about a name of others says which line declares it, and with these lines nothing is found."""
    for path in TREE.files:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, tmp_path / path)
    for edit in OTHERS:
        (tmp_path / edit[0]).write_text(edited(TREE, edit).texts[edit[0]].content, "utf-8")
    command = [sys.executable, "-m", "tools.parity"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stderr
    lines = set(re.findall(r"add (.* = \"<why>\") to tools/parity/foreign\.toml", found))
    assert {'"word in capitals"."LAMPS_URL" = "<why>"', '"nixpkgs attribute"."nodejs" = "<why>"'} <= lines
    with (tmp_path / "tools/parity/foreign.toml").open("a", encoding="utf-8") as declared:
        declared.write("\n".join(sorted(lines)) + "\n")
    assert "write #LAMPS_PORT=<default> into .env.example" in found
    with (tmp_path / ".env.example").open("a", encoding="utf-8") as example:
        example.write("#LAMPS_PORT=6380\n")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
