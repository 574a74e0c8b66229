"""Formats are read as their own libraries read them, files as git has them, and the verdict is the exit status."""

import json
import subprocess
from pathlib import Path

import pytest
from tools.parity.__main__ import main
from tools.parity.compare import compare
from tools.parity.tree import Text, read
from tools.parity.yaml import Unreadable, load
from tools.pins import ROOT

from tests.tools.parity import names

TREE = read(ROOT)
DOCUMENTS = sorted(path for path in TREE.texts if path.endswith((".yml", ".yaml")))
ANCHORS = """base: &base
  one: 1 # a remark
  two: [a, "b: c", {d: e}]
more:
  <<: *base
  two: &two
  - x
  - y: |
      # text

      text
other: *two
"""


@pytest.mark.parametrize("path", DOCUMENTS)
def test_yaml_is_read_as_another_reader_reads_it(path: str) -> None:
    """Keys, values and lines, of what is written; what is merged stands twice."""
    text = TREE.texts[path]
    found = {(each.text, each.line) for each in load(text)}
    for place, value, start, end in names.scalars(text):
        if place[-1] != "key" and value and "\n" not in value:
            assert any((value, line) in found for line in range(text.line(start), text.line(end) + 1))


def test_anchors_merges_and_blocks_are_understood() -> None:
    """What a mapping takes over gives way to its own keys."""
    entries = {each.path: each.text for each in load(Text("a.yml", ANCHORS))}
    assert entries["more", "one"] == "1"
    assert ("more", "two", "2", "d") not in entries
    assert entries["other", "1", "y"] == "      # text\n\n      text"
    assert entries["base", "two", "1"] == "b: c"


@pytest.mark.parametrize(
    "content", ["a: !tag b\n", "a: *none\n", "a: [b\n", "a: b\n  c\n", "a: 'b' c\n", "a\n: b\nc\n"]
)
def test_what_would_be_guessed_is_refused_with_its_line(content: str) -> None:
    """And is a finding, not a crash."""
    with pytest.raises(Unreadable):
        load(Text("compose.yml", content))
    assert any("is not understood" in finding.problem for finding in compare(TREE.with_text("compose.yml", content))[1])


def test_json_is_read_with_its_remarks() -> None:
    """As the devcontainer may have them."""
    content = '{\n  // a remark\n  "a": [1, {"b": "c // d"}],\n}\n'
    entries = {each.path: each.text for each in load(Text("a.json", content))}
    assert (entries["a", "0"], entries["a", "1", "b"]) == ("1", "c // d")
    plain = json.loads(TREE.texts["flake.lock"].content)
    assert {each.path[0] for each in load(TREE.texts["flake.lock"]) if each.path} == set(plain)


@pytest.mark.usefixtures("git_without_settings")
def test_only_what_git_does_not_ignore_is_read(tmp_path: Path) -> None:
    """In a checkout and outside of one alike."""
    (tmp_path / ".gitignore").write_text("*.log.md\n/var/\n!kept.log.md\n", "utf-8")
    (tmp_path / "var").mkdir()
    for name in ("kept.log.md", "lost.log.md", "var/a.md"):
        (tmp_path / name).write_text("`make lamps`\n", "utf-8")
    outside = read(tmp_path)
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    assert outside.files == read(tmp_path).files == {".gitignore", "kept.log.md"}


@pytest.mark.parametrize("path", ["Dockerfile", "docker-compose.yml", ".env.example", "Makefile", "poetry.lock"])
def test_a_missing_file_is_an_error_and_not_a_pass(path: str) -> None:
    """Others name what it defines, or the file itself."""
    files = TREE.files - {path}
    texts = {name: text for name, text in TREE.texts.items() if name in files}
    assert compare(type(TREE)(texts, files))[1] != []


def test_the_verdict_is_printed_and_is_the_exit_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For people, with the fix."""
    assert main(ROOT) == 0
    assert "0 findings" in capsys.readouterr().out
    (tmp_path / "README.md").write_text("`make lamps`\n", "utf-8")
    assert main(tmp_path) == 1
    assert "README.md:1: there is no verb lamps\n    fix: " in capsys.readouterr().err
