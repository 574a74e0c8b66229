"""The queries of the catalogue."""

from enum import StrEnum

from pydantic import Field

from apps.catalog.models.values import NAME_LENGTH, Price, Sku, Stock, Text
from core.database import PageQuery


class Sort(StrEnum):
    """What a list of products is sorted by; a minus turns it round."""

    NAME = "name"
    NAME_DOWN = "-name"
    SKU = "sku"
    SKU_DOWN = "-sku"
    PRICE = "price"
    PRICE_DOWN = "-price"
    UPDATED = "updated"
    UPDATED_DOWN = "-updated"


class ProductQuery(PageQuery):
    """Which products to list, and in which order."""

    name: Text | None = Field(
        None, max_length=NAME_LENGTH, description="only products whose name contains this, in any case"
    )
    sku: Sku | None = Field(None, description="only the product with this sku")
    price_min: Price | None = Field(None, description="only products that cost this or more")
    price_max: Price | None = Field(None, description="only products that cost this or less")
    stock_min: Stock | None = Field(None, description="only products of which there are this many or more")
    stock_max: Stock | None = Field(None, description="only products of which there are this many or fewer")
    sort: Sort = Field(Sort.NAME, description="a minus before it sorts downwards")
