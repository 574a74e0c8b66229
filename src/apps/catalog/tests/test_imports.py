"""Files become products: what is brought in, what is kept, and what is counted."""

from apps.catalog.tests.conftest import DOCUMENT, LARGEST_UPLOAD, Shop, document, on_sqlite

FILE = "sku,name,price,stock\nL-1,Lamp,19.90,5\nL-2,Chair,20,0\nL-3,Table,100,1\nL-4,Shelf,50,2\n"
SHOPIFY = "Handle,Title,Variant SKU,Variant Price,Vendor\nlamp,Lamp,L-1,19.90,Acme\nchair,Chair,L-2,20,\n"
NOTE = "4 created, 0 updated, 0 unchanged, 0 rejected, 0 skipped, 0 repeated"
COLUMNS = {"sku": "Variant SKU", "name": "title", "price": " Variant Price"}


def test_a_file_is_accepted_as_a_job_and_its_rows_become_products(shop: Shop) -> None:
    job = shop.bring_in(FILE)
    assert shop.counts(job) == (4, 0, 0, 0)
    assert job["progress"] == {"done": 4, "total": 4, "note": NOTE}
    assert shop.names("sort=sku") == ["Lamp", "Chair", "Table", "Shelf"]
    lamp = shop.products("sku=L-1")[0]
    assert lamp.items() >= {"price": "19.90", "currency": "EUR", "stock": 5, "attributes": {}, "version": 1}.items()


def test_a_file_that_comes_again_changes_only_what_is_different(shop: Shop) -> None:
    shop.bring_in(FILE)
    assert shop.counts(shop.bring_in(FILE)) == (0, 0, 4, 0)
    assert shop.counts(shop.bring_in(FILE.replace("Chair,20,", "Chair,21,") + "L-5,Bed,1,1\n")) == (1, 1, 4 - 1, 0)
    assert [(item["version"], item["price"]) for item in shop.products("sku=L-2")] == [(2, "21.00")]


def test_a_foreign_export_fits_by_its_columns_and_the_others_become_attributes(shop: Shop) -> None:
    assert shop.counts(shop.bring_in(SHOPIFY, COLUMNS)) == (2, 0, 0, 0)
    lamp, chair = shop.products("sort=sku")
    assert lamp["attributes"] == {"Handle": "lamp", "Vendor": "Acme"}
    assert chair["attributes"] == {"Handle": "chair"}


def test_what_a_file_does_not_say_stays_as_it_is(shop: Shop) -> None:
    shop.create(stock=7, currency="USD", attributes={"colour": "red"})
    assert shop.counts(shop.bring_in("sku;name;price;stock\nL-1;Lamp;25;\n")) == (0, 1, 0, 0)
    lamp = shop.products()[0]
    assert lamp.items() >= {"price": "25.00", "stock": 7, "currency": "USD", "attributes": {"colour": "red"}}.items()


def test_of_several_rows_with_one_sku_the_last_wins_in_a_batch_and_beyond(shop: Shop) -> None:
    rows = ["A,one,1", "A,two,1", "A,two,1", "B,one,1", "A,three,1"]
    assert shop.counts(shop.bring_in("sku,name,price\n" + "\n".join(rows))) == (2, 2, 1, 0)
    assert shop.names("sku=A") == ["three"]


BAD_ROWS = [
    '1,"two\nlines",1',
    ",Lamp,free",
    "",
    "2,Lamp,-1",
    '"3"x,Lamp,1',
    "4,La\0mp,1",
    "5,Lamp,1,more",
    "6,Lamp,1,,",
    f"7,{'x' * 501},1",
    "8,Lamp",
    "9,Lamp,1",
]
REJECTIONS = [
    "line,column,reason",
    '2,Title,"must be one line, without control characters"',
    "4,SKU,is missing",
    "4,Price,Input should be a valid decimal",
    "6,Price,Input should be greater than or equal to 0",
    "7,,\"cannot be read: ',' expected after '\"\"'\"",
    '8,Title,"must be one line, without control characters"',
    '9,,"has 4 cells, the header has 3"',
    "11,Title,String should have at most 500 characters",
    "12,Price,is missing",
]


def test_a_bad_row_is_listed_with_its_line_its_column_and_every_reason(shop: Shop) -> None:
    job = shop.bring_in("\n".join(["SKU,Title,Price", *BAD_ROWS]), {"name": "Title"})
    assert shop.counts(job) == (2, 0, 0, 8)
    assert shop.rejections(job) == REJECTIONS


def test_an_import_that_rejects_nothing_has_an_empty_list(shop: Shop) -> None:
    assert shop.rejections(shop.bring_in(FILE)) == ["line,column,reason"]


@on_sqlite
def test_the_rejections_of_an_unknown_import_are_a_problem(shop: Shop) -> None:
    assert shop.client.get("/catalog/imports/00000000-0000-0000-0000-000000000000/rejections").status_code == 404


def test_a_dry_run_counts_and_rejects_and_changes_nothing(shop: Shop) -> None:
    shop.create(price="1")
    job = shop.bring_in(FILE + "L-9,,1,1\n", dry_run="true")
    assert shop.counts(job) == (3, 1, 0, 1)
    assert shop.rejections(job)[1:] == ["6,name,is missing"]
    assert [item["price"] for item in shop.products()] == ["1.00"]


NOT_CSV = {
    b"": "The file is empty",
    b" \r\n\r\n": "The file is empty",
    b"\x89PNG\r\n\x1a\n": "a PNG image",
    b"PK\x03\x04more": "an Excel workbook",
    b"sku,na\0me,price\n1,2,3\n": "control characters in the first line",
    b"\xff\xfes\x00\x00\xd8,\x00\n\x00": "has bytes that are none of its encoding",
    b'"sku': "no header line",
}


@on_sqlite
def test_a_file_that_is_not_csv_is_refused_at_once(shop: Shop) -> None:
    for content, reason in NOT_CSV.items():
        refused = shop.upload(content)
        assert (refused.status_code, document(refused)["title"]) == (422, "Not CSV")
        assert reason in str(document(refused)["detail"])
    assert shop.run_jobs() == 0


@on_sqlite
def test_a_header_that_lacks_columns_is_refused_with_those_it_has(shop: Shop) -> None:
    many = ",".join(f"column {number}" for number in range(50))
    refused = shop.upload(f"id,name,{many}\n", columns='{"price": "Cost", "stock": "Qty"}')
    assert refused.status_code == 422
    assert "no column 'sku', 'Cost', 'Qty'; it has: id, name, column 0" in str(document(refused)["detail"])
    assert [rule["pointer"] for rule in refused.get_json()["errors"]] == [
        "columns/sku",
        "columns/price",
        "columns/stock",
    ]


@on_sqlite
def test_a_form_that_does_not_fit_is_refused(shop: Shop) -> None:
    for form in ({"columns": '{"colour": "Farbe"}'}, {"columns": "sku"}, {"dry_run": "perhaps"}, {"mode": "fast"}):
        assert shop.upload(FILE, **form).status_code == 422


@on_sqlite
def test_a_file_that_is_too_large_is_refused(shop: Shop) -> None:
    assert shop.upload(b"x" * LARGEST_UPLOAD).status_code == 413


@on_sqlite
def test_an_import_that_takes_no_row_fails_with_the_commonest_reasons_and_leads_to_the_list(shop: Shop) -> None:
    job = shop.bring_in("sku,name,price,Vendor\nA,,1,\nB,,x,\n,,,Acme\n")
    assert (job["state"], job["result"]) == ("failed", None)
    problem = DOCUMENT.validate_python(job["problem"])
    assert (problem["title"], problem["status"]) == ("Nothing imported", 422)
    assert "name is missing (2 rows); price Input should be a valid decimal (1 rows)" in str(problem["detail"])
    assert problem["instance"] == f"/catalog/imports/{job['id']}/rejections"
    assert len(shop.rejections(job)) == 4


@on_sqlite
def test_a_file_whose_rows_are_all_empty_in_our_columns_fails_too(shop: Shop) -> None:
    job = shop.bring_in("sku,name,price,Vendor\n,,,Acme\n,,,Acme\n")
    assert "2 skipped, 0 repeated. Every row is empty" in str(job["problem"])


@on_sqlite
def test_a_file_that_is_only_a_header_succeeds(shop: Shop) -> None:
    assert shop.counts(shop.bring_in("sku,name,price\n")) == (0, 0, 0, 0)
