"""What cannot be the name of a new app is refused with the reason."""

import re
from pathlib import Path

import pytest
from tools.startapp.__main__ import rendered
from tools.startapp.refusals import LONGEST, TAKEN, Refused, require

from core.composition import Project, compose
from core.config import Settings
from core.console import CONSOLE
from core.factory import build_app
from tests.architecture.rules import JUNK

LONGEST_OF_POSTGRESQL = 63


@pytest.mark.parametrize(
    "name, reason",
    [
        ("", "is not lower-case words"),
        ("Shop", "is not lower-case words"),
        ("my-shop", "is not lower-case words"),
        ("2nd", "is not lower-case words"),
        ("shop_2", "each beginning with a letter"),
        ("_shop", "is not lower-case words"),
        ("shop__old", "is not lower-case words"),
        ("laden_für_alles", "is not lower-case words"),
        ("../shop", "is not lower-case words"),
        ("shop\n", "is not lower-case words"),
        ("s" * (LONGEST + 1), f"{LONGEST} are allowed"),
        ("lambda", "is a word of Python"),
        ("core", "every app builds on"),
        ("console", "the core's own app"),
        ("jobs", "an address of the core"),
        ("utils", "the house rules refuse it"),
        ("lamps", "src/apps/lamps exists already"),
        ("leftover", "src/apps/leftover exists already"),
        ("chairs", "APPS in src/project/__init__.py lists chairs already"),
        ("core_shop", "the tables of core_shop would look like tables of core"),
        ("lamps_old", "the tables of lamps_old would look like tables of lamps"),
        ("desk", "the tables of desk_lamps would look like tables of desk"),
    ],
)
def test_a_name_that_cannot_be_an_apps_is_refused(name: str, reason: str, tmp_path: Path) -> None:
    """Also where a folder or a link without a target is in the way."""
    (tmp_path / "lamps").mkdir()
    (tmp_path / "desk_lamps").mkdir()
    (tmp_path / "leftover").symlink_to(tmp_path / "nowhere")
    with pytest.raises(Refused, match=re.escape(reason)):
        require(name, tmp_path, ("chairs",))


@pytest.mark.parametrize("name", ["a", "shop", "order_book2", "queue", "match", "catalogue", "s" * LONGEST])
def test_any_other_name_is_taken(name: str, tmp_path: Path) -> None:
    """Modules of Python are no trouble, for an app is imported by its whole name."""
    (tmp_path / "catalog").mkdir()
    require(name, tmp_path, ("catalog",))


def test_every_address_of_the_core_is_refused(tmp_path: Path) -> None:
    """Read from what the core serves where there is no app."""
    composed = compose(Project(Settings(data_dir=tmp_path), (CONSOLE,)))
    first = {rule.rule.split("/")[1] for rule in build_app(composed).url_map.iter_rules()}
    composed.extensions.close()
    assert {word for word in first if word.isidentifier()} <= TAKEN.keys()
    assert CONSOLE.name in TAKEN


def test_every_name_that_the_house_rules_refuse_is_refused() -> None:
    """The app could not be pushed."""
    assert TAKEN.keys() >= JUNK


def test_the_longest_name_leaves_no_identifier_longer_than_postgresql_takes() -> None:
    """It would be cut short, and no migration would find it again."""
    name = "s" * LONGEST
    found = re.findall(rf"\w*{name}\w*", "\n".join(rendered(name).values()))
    assert max(map(len, [*found, f"{name}_schema_version"])) <= LONGEST_OF_POSTGRESQL
