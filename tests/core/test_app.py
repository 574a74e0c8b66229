"""Declarations of apps: what must be unique within a project."""

from core.app import App, find_conflicts
from core.database.branch import Branch, new_metadata
from core.unit_of_work import UnitOfWork
from tests.architecture.rules import ROOT
from tests.core.toy import app as toy


def nothing(_unit: UnitOfWork) -> None:
    return None


def test_apps_with_their_folders_names_and_nothing_in_common_are_accepted() -> None:
    lamps = App("lamps", open_service=nothing, branch=Branch("lamps", new_metadata(), ROOT))
    assert find_conflicts(["toy", "lamps"], {"toy": toy, "lamps": lamps}) == []


def test_every_name_that_a_copied_app_must_change_is_reported() -> None:
    assert find_conflicts(["toy", "copy"], {"toy": toy, "copy": toy})[:2] == [
        "apps/copy/__init__.py declares the app toy: its name must be the folder's, copy",
        "apps/copy/__init__.py declares the branch toy: its name must be the folder's, copy",
    ]


def test_what_two_apps_declare_is_reported_with_both_names() -> None:
    conflicts = find_conflicts(["toy", "copy"], {"toy": toy, "copy": toy})
    assert "the job toy.write_note is declared more than once: in apps/copy and apps/toy" in conflicts
    assert "the path /toy is declared more than once: in apps/copy and apps/toy" in conflicts


def test_an_app_that_is_listed_twice_is_reported() -> None:
    assert find_conflicts(["toy", "toy"], {"toy": toy}) == ["the project lists the app toy twice"]


def test_an_app_whose_tables_would_belong_to_another_is_reported_with_that_one() -> None:
    books = App("toy_books", open_service=nothing, branch=Branch("toy_books", new_metadata(), ROOT))
    assert find_conflicts(["toy", "toy_books"], {"toy": toy, "toy_books": books}) == [
        "the tables of toy_books would belong to toy, whose tables are named toy_*"
    ]
