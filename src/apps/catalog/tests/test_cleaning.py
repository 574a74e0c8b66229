"""Files are not kept for ever."""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import delete, update

from apps.catalog.config import CatalogSettings
from apps.catalog.messages import DeleteOldFiles
from apps.catalog.models.tables import Import
from apps.catalog.service import Catalog
from apps.catalog.tests.conftest import Shop, document
from core.composition import Composition
from core.database import utc_now

FILE = "sku,name,price\nA,Lamp,1\nB,,1\n"


def files(composition: Composition) -> list[str]:
    return sorted(file.key.split("/")[1] for file in composition.extensions.storage.files("catalog"))


def age(composition: Composition) -> None:
    """Let everything that is there be past its age."""
    settings = composition.extensions.settings
    then = utc_now() - timedelta(seconds=settings.of(CatalogSettings).keep_files + 60)
    for path in Path(urlsplit(settings.storage).path).rglob("*.csv"):
        os.utime(path, (then.timestamp(), then.timestamp()))
    with composition.extensions.database.transaction() as session:
        session.execute(update(Import).values(created_at=then))


def clean(composition: Composition, shop: Shop) -> None:
    with composition.extensions.units.open() as unit:
        unit.enqueue(DeleteOldFiles())
    shop.run_jobs()


def test_only_what_is_past_its_age_is_deleted(composition: Composition, shop: Shop) -> None:
    old = shop.bring_in(FILE)
    age(composition)
    young = shop.bring_in(FILE)
    assert files(composition) == ["rejections", "rejections", "uploads", "uploads"]
    clean(composition, shop)
    assert files(composition) == ["rejections", "uploads"]
    assert shop.rejections(young)[1:] == ["3,name,is missing"]
    assert shop.client.get(f"/catalog/imports/{old['id']}/rejections").status_code == 404


def delete_old(composition: Composition) -> None:
    with composition.extensions.units.open() as unit:
        Catalog(unit).imports.delete_old()


def test_an_import_that_waits_past_its_age_keeps_what_it_needs(composition: Composition, shop: Shop) -> None:
    location = shop.upload(FILE).headers["Location"]
    composition.extensions.storage.write(f"catalog/rejections/{location.rpartition('/')[2]}/{0:012d}.csv", [b"3,,\n"])
    age(composition)
    delete_old(composition)
    assert files(composition) == ["rejections", "uploads"]
    shop.run_jobs()
    assert shop.counts(document(shop.client.get(location))) == (1, 0, 0, 1)
    age(composition)
    delete_old(composition)
    assert files(composition) == []


@pytest.mark.parametrize("is_file_lost", [True, False])
def test_an_import_that_lost_its_file_or_its_counts_ends_with_a_problem(
    is_file_lost: bool, composition: Composition, shop: Shop
) -> None:
    location = shop.upload(FILE).headers["Location"]
    if is_file_lost:
        for file in composition.extensions.storage.files("catalog"):
            composition.extensions.storage.delete(file.key)
    else:
        with composition.extensions.database.transaction() as session:
            session.execute(delete(Import))
    shop.run_jobs()
    assert shop.client.get(location).get_json()["problem"]["status"] == 404


def test_cleaning_is_scheduled(composition: Composition) -> None:
    assert DeleteOldFiles() in [every.message for app in composition.apps for every in app.schedule]
