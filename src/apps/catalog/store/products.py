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

    def find(self, asked: ProductQuery, key: SecretStr) -> Page[Product]:
        """One page of the products that were asked for."""
        column = SORTED_BY[asked.sort.removeprefix("-")]
        order = Order(column, Product.id, descending=asked.sort.startswith("-"))
        return read_page(self.session, _filtered(asked), order, asked, key)

    def read(self, product_id: int, *, to_change: bool = False) -> Product:
        """The product with this id, held against others until the commit where it is to change; or NoSuchProduct."""
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


def _filtered(asked: ProductQuery) -> Select[Product]:
    found = select(Product)
    if asked.name is not None:
        found = found.where(Product.name.icontains(asked.name, autoescape=True))
    if asked.sku is not None:
        found = found.where(Product.sku == asked.sku)
    return _within_limits(found, asked)


def _within_limits(found: Select[Product], asked: ProductQuery) -> Select[Product]:
    if asked.price_min is not None:
        found = found.where(Product.price >= asked.price_min)
    if asked.price_max is not None:
        found = found.where(Product.price <= asked.price_max)
    if asked.stock_min is not None:
        found = found.where(Product.stock >= asked.stock_min)
    if asked.stock_max is not None:
        found = found.where(Product.stock <= asked.stock_max)
    return found
