"""The products, one by one and page by page."""

from dataclasses import dataclass

from pydantic import SecretStr
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from apps.catalog.errors import NoSuchProduct, SkuTaken
from apps.catalog.models.queries import ProductQuery, Sort
from apps.catalog.models.tables import Product
from core.database import Column, Order, Page, read_page

SORTED_BY: dict[str, Column] = {
    Sort.NAME: Product.name,
    Sort.SKU: Product.sku,
    Sort.PRICE: Product.price,
    Sort.UPDATED: Product.updated_at,
}


@dataclass(frozen=True)
class ProductStore:
    """Keeps products in the caller's transaction."""

    session: Session

    def find(self, criteria: ProductQuery, key: SecretStr) -> Page[Product]:
        """One page of the products that match."""
        column = SORTED_BY[criteria.sort.removeprefix("-")]
        order = Order(column, Product.id, descending=criteria.sort.startswith("-"))
        return read_page(self.session, _filtered(criteria), order, criteria, key)

    def read(self, product_id: int, *, to_change: bool = False) -> Product:
        """The product with this id, locked until the commit if it is to change; or NoSuchProduct."""
        product = self.session.get(Product, product_id, with_for_update=to_change)
        if product is None:
            raise NoSuchProduct(product_id)
        return product

    def save(self, product: Product) -> None:
        """Write a product, a new one or a changed one; raises SkuTaken."""
        sku = product.sku
        self.session.add(product)
        try:
            self.session.flush()
        except IntegrityError as error:
            raise SkuTaken(sku) from error

    def delete(self, product: Product) -> None:
        """Remove a product."""
        self.session.delete(product)


def _filtered(criteria: ProductQuery) -> Select[Product]:
    found = select(Product)
    if criteria.name is not None:
        found = found.where(Product.name.icontains(criteria.name, autoescape=True))
    if criteria.sku is not None:
        found = found.where(Product.sku == criteria.sku)
    return _within_limits(found, criteria)


def _within_limits(found: Select[Product], criteria: ProductQuery) -> Select[Product]:
    if criteria.price_min is not None:
        found = found.where(Product.price >= criteria.price_min)
    if criteria.price_max is not None:
        found = found.where(Product.price <= criteria.price_max)
    if criteria.stock_min is not None:
        found = found.where(Product.stock >= criteria.stock_min)
    if criteria.stock_max is not None:
        found = found.where(Product.stock <= criteria.stock_max)
    return found
