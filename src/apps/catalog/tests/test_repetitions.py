"""A sku that stands in a file twice is counted and listed, whatever the batches."""

from apps.catalog.models.tables import ImportedSku
from apps.catalog.tests.conftest import Shop, on_sqlite
from core.composition import Composition

ROWS = ["A,one,1", "B,one,1", "A,two,1", "C,one,1", "=D,one,1", "B,,1", "A,one,1", "=D,one,1"]
FILE = "sku,name,price\n" + "\n".join(ROWS)
REPEATED = ["line,sku,first_line", "4,A,2", "8,A,2", "9,'=D,6"]


def listed(shop: Shop, url: object) -> list[str]:
    return shop.client.get(str(url)).text.splitlines()


def test_rows_whose_sku_stood_in_the_file_before_are_counted_and_listed(shop: Shop, composition: Composition) -> None:
    for dry_run in ("true", "false"):
        result = shop.result(shop.bring_in(FILE, dry_run=dry_run))
        assert (result["repeated"], listed(shop, result["repetitions"])) == (3, REPEATED)
    with composition.extensions.database.transaction() as session:
        assert session.query(ImportedSku).count() == 0


def test_the_same_file_again_repeats_nothing_but_itself(shop: Shop) -> None:
    shop.bring_in("sku,name,price\nA,one,1\n")
    assert shop.result(shop.bring_in("sku,name,price\nA,one,1\n"))["repeated"] == 0


@on_sqlite
def test_the_repetitions_of_an_unknown_import_are_a_problem(shop: Shop) -> None:
    assert shop.client.get("/catalog/imports/00000000-0000-0000-0000-000000000000/repetitions").status_code == 404


@on_sqlite
def test_a_header_that_a_spreadsheet_would_run_is_harmless_in_the_list_of_rejected_rows(shop: Shop) -> None:
    job = shop.bring_in("sku,name,=cmd|' /C calc'!A0\nA,one,x\n", {"price": "=cmd|' /C calc'!A0"}, dry_run="true")
    assert shop.rejections(job)[1:] == ["2,'=cmd|' /C calc'!A0,Input should be a valid decimal"]


@on_sqlite
def test_a_downloaded_list_that_is_uploaded_again_has_the_original_text(shop: Shop) -> None:
    result = shop.result(shop.bring_in("sku,name,price\n=D,one,1\n@E,two,1\n=D,one,1\n@E,two,1\n"))
    lists = shop.client.get(str(result["repetitions"])).text
    shop.bring_in(lists, {"name": "first_line", "price": "line"})
    assert shop.names("sort=sku") == ["2", "3"]
    assert [item["sku"] for item in shop.products("sort=sku")] == ["=D", "@E"]
