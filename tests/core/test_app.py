"""What the apps of a project must agree on."""

from core.app import App, find_conflicts
from core.database.branch import Branch, new_metadata
from core.unit_of_work import UnitOfWork
from tests.architecture.rules import ROOT
from tests.core.toy import app as toy


def nothing(_unit: UnitOfWork) -> None:
    return None


def test_apps_that_go_by_their_folders_and_share_nothing_are_taken() -> None:
    lamps = App("lamps", open_service=nothing, branch=Branch("lamps", new_metadata(), ROOT))
    assert find_conflicts(["toy", "lamps"], {"toy": toy, "lamps": lamps}) == []


def test_a_copy_that_kept_its_first_name_is_told_all_that_must_change() -> None:
    assert find_conflicts(["toy", "copy"], {"toy": toy, "copy": toy})[:2] == [
        "apps/copy/__init__.py declares the app toy: it must have the folder's name, copy",
        "apps/copy/__init__.py declares the branch toy: it must have the folder's name, copy",
    ]


def test_what_two_apps_claim_is_named_with_both() -> None:
    told = find_conflicts(["toy", "copy"], {"toy": toy, "copy": toy})
    assert "the job toy.write_note is declared more than once: in apps/copy and apps/toy" in told
    assert "the address /toy is declared more than once: in apps/copy and apps/toy" in told


def test_an_app_that_is_named_twice_is_said() -> None:
    assert find_conflicts(["toy", "toy"], {"toy": toy}) == ["the project names the app toy twice"]


def test_an_app_whose_tables_would_belong_to_another_is_told_whose() -> None:
    books = App("toy_books", open_service=nothing, branch=Branch("toy_books", new_metadata(), ROOT))
    assert find_conflicts(["toy", "toy_books"], {"toy": toy, "toy_books": books}) == [
        "the tables of toy_books would be among those of toy, which are called toy_*"
    ]
