"""Files with stray quotes, brought in."""

from apps.catalog.tests.conftest import Shop, on_sqlite


@on_sqlite
def test_a_stray_quote_that_another_closes_rows_later_hides_none_of_them(shop: Shop) -> None:
    rows = "".join(f"Q-{number},name {number},2,note\n" for number in range(2, 9))
    job = shop.bring_in(f'sku,name,price,note\nQ-1,"name 1,2\n{rows}Q-9,screen 15",2,\n')
    assert shop.counts(job) == (8, 0, 0, 1)
    assert shop.names("sku=Q-9") == ['screen 15"']


@on_sqlite
def test_an_attribute_may_hold_lines_that_look_like_rows(shop: Shop) -> None:
    note = "1,2,3,4\n5,6,7,8\n9,10,11,12"
    assert shop.counts(shop.bring_in(f'sku,name,price,note\nQ-1,name,2,"{note}"\n')) == (1, 0, 0, 0)
    assert shop.products()[0]["attributes"] == {"note": note}


@on_sqlite
def test_one_stray_quote_is_one_rejected_row_of_an_import(shop: Shop) -> None:
    rows = "".join(f"Q-{number},name {number},2\n" for number in range(2, 20))
    job = shop.bring_in(f'sku,name,price\nQ-1,"name 1,2\n{rows}')
    assert shop.counts(job) == (18, 0, 0, 1)
    assert shop.rejections(job)[1:] == ["2,,cannot be read: a quoted cell is not closed"]
