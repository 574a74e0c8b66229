"""The list of apps gets one more line, and keeps everything else."""

import pytest
from tools.pins import ROOT
from tools.startapp.refusals import Refused
from tools.startapp.register import FILE, names, with_app

from project import APPS

EMPTY = 'APPS: tuple[str, ...] = (\n    # one name a line\n)\nNEXT = (\n    "other",\n)\n'


def test_the_projects_own_list_is_read() -> None:
    """Without importing it."""
    assert names((ROOT / FILE).read_text("utf-8")) == APPS


def test_an_app_comes_last_and_the_comments_stay() -> None:
    """Also where it is the first, after the example was deleted."""
    one = with_app(EMPTY, "lamps")
    assert one == EMPTY.replace("line\n", 'line\n    "lamps",\n', 1)
    assert names(with_app(one, "chairs")) == ("lamps", "chairs")


@pytest.mark.parametrize(
    "source",
    ["APPS = ()\n", 'APPS = ("lamps",)\n', 'APPS = (\n    "lamps"\n)\n', 'APPS = (\n    "lamps",)\n'],
)
def test_a_list_that_is_written_otherwise_is_left_alone(source: str) -> None:
    """Rather refused than guessed."""
    with pytest.raises(Refused, match="one name on each line"):
        with_app(source, "chairs")


@pytest.mark.parametrize("source", ["", "APPS = (\n", "APPS = tuple(NAMES)\n", "APPS: tuple[str, ...]\n"])
def test_a_list_that_cannot_be_read_is_said_so(source: str) -> None:
    """With the file's name."""
    with pytest.raises(Refused, match=f"{FILE} cannot be read"):
        names(source)
