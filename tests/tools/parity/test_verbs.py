"""Verbs are looked for wherever they are named, in lists as well, and both pipelines run the same ones."""

import pytest
from tools.parity.compare import compare
from tools.parity.tree import read
from tools.pins import ROOT

TREE = read(ROOT)
HOSTED, OWN, HOOKS = ".github/workflows/check.yml", ".ci/run", ".pre-commit-config.yaml"


def told(path: str, old: str, new: str) -> str:
    """What parity says after the first of these words has become another."""
    content = TREE.texts[path].content
    assert old in content
    return "\n".join(map(str, compare(TREE.with_text(path, content.replace(old, new, 1)))[1]))


@pytest.mark.parametrize(
    "path, old, new, verb",
    [
        (HOSTED, "verb: [lint", "verb: [lynt", "lynt"),
        (HOSTED, """fromJSON('["test\"""", """fromJSON('["tost\"""", "tost"),
        (HOSTED, "matrix.verb == 'image'", "matrix.verb == 'imago'", "imago"),
        (OWN, "for verb in setup lint", "for verb in setup lnt", "lnt"),
        (".ci/nix", "make -s parity types", "make -s parity tipes", "tipes"),
        ("flake.nix", 'verb pkgs "run"', 'verb pkgs "ran"', "ran"),
        ("Makefile", "check: lint types", "check: lint tipes", "tipes"),
        ("Makefile", "$(STACK) logs", "$(STACK) lags", "lags"),
        ("Dockerfile", "; make parity compares", "; make parrot compares", "parrot"),
    ],
)
def test_a_verb_is_known_wherever_it_is_named(path: str, old: str, new: str, verb: str) -> None:
    """With or without the word make before it."""
    assert f"the Makefile has no verb {verb!r}" in told(path, old, new)


@pytest.mark.parametrize("words", ["make sure of it", "a list that make writes", "whoever makes use of it"])
def test_english_in_a_comment_is_no_verb(words: str) -> None:
    """To make is an ordinary word, too."""
    assert told("Dockerfile", "# The packages:", f"# {words}: The packages:") == ""


@pytest.mark.parametrize(
    "path, old, new, said",
    [
        (HOSTED, "imports, lock-check", "imports", "make lock-check is run here and not there"),
        (HOSTED, "run: make matrix", "run: make check", "make matrix is run here and not there"),
        (OWN, "imports lock-check", "imports", "make lock-check is run here and not there"),
        (OWN, "make e2e", "true", "make e2e is run here and not there"),
        ("Makefile", "check: lint", "check: bench lint", "make bench is run here and not there"),
    ],
)
def test_both_pipelines_run_the_same_verbs(path: str, old: str, new: str, said: str) -> None:
    """And whatever a person runs before a push."""
    assert said in told(path, old, new)


@pytest.mark.parametrize(
    "path, old, new, said",
    [
        ("Makefile", "$(TOOLS) lock-check", "$(TOOLS) lock-chock", "has no tool 'lock-chock'"),
        ("Makefile", ".PHONY: bench", "", "the verb bench is not .PHONY"),
        ("Makefile", ".PHONY: bench", ".PHONY: bench lamps", "there is no rule for lamps"),
        ("Makefile", "SKIP=types", "SKIP=tipes", "there is no hook 'tipes' that calls make"),
        ("Makefile", "SKIP=types,", "SKIP=", "the hook types calls make and is not left out"),
        (HOOKS, "- id: types", "- id: tipes", "the hook tipes calls make and is not left out"),
        ("manage.py", '["doctor"]', '["dactor"]', "has no tool 'dactor'"),
    ],
)
def test_what_a_verb_calls_exists(path: str, old: str, new: str, said: str) -> None:
    """Tools of the environment, hooks that are verbs."""
    assert said in told(path, old, new)


def test_the_word_that_production_refuses_is_the_stacks_in_every_place() -> None:
    """One place with another word would be a password that is known and accepted."""
    stack, word = TREE.texts["docker-compose.yml"], "known-to-everyone-and-refused-in-production"
    places = [index for index in range(len(stack.content)) if stack.content.startswith(word, index)]
    assert len(places) >= 4
    for place in places:
        content = stack.content[:place] + "another-word" + stack.content[place + len(word) :]
        found = compare(TREE.with_text(stack.path, content))[1]
        assert any(finding.spot == stack.spot(place) and "'another-word' here" in finding.said for finding in found)


def test_what_the_manifest_pins_runs_somewhere() -> None:
    """Another product in its place would be compared with nothing."""
    said = told("docker-compose.yml", "image: redis:8-bookworm", "image: valkey/valkey:8.1-bookworm")
    assert "no image of redis runs any more" in said
