"""Products, one by one."""

from apps.catalog.config import CatalogSettings
from apps.catalog.errors import ProductChanged
from apps.catalog.models.queries import ProductQuery
from apps.catalog.models.tables import Product
from apps.catalog.models.values import ProductChanges, ProductDraft
from apps.catalog.store.products import ProductStore
from core.database import Document, Page, utc_now
from core.unit_of_work import UnitOfWork

# The versions that a client has read; None stands for any.
Versions = frozenset[int] | None


class Products:
    """What one can do with products."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._store = ProductStore(unit.session)
        self._cursor_key = unit.settings.secret_key
        self._currency = unit.settings.of(CatalogSettings).currency

    def find(self, criteria: ProductQuery) -> Page[Product]:
        """One page of the products that match."""
        return self._store.find(criteria, self._cursor_key)

    def read(self, product_id: int) -> Product:
        """The product with this id; raises NoSuchProduct."""
        return self._store.read(product_id)

    def create(self, draft: ProductDraft) -> Product:
        """A new product; raises SkuTaken."""
        return self._save(Product(version=0, created_at=utc_now()), draft)

    def replace(self, product_id: int, versions: Versions, draft: ProductDraft) -> Product:
        """Give a product other contents, if it is still in the version that was read (None: in any)."""
        return self._save(self._held(product_id, versions), draft)

    def change(self, product_id: int, versions: Versions, changes: ProductChanges) -> Product:
        """Change what is named about a product, if it is still in the version that was read (None: in any)."""
        product = self._held(product_id, versions)
        now = {name: getattr(product, name) for name in ProductDraft.model_fields}
        return self._save(product, ProductDraft.model_validate(now | changes.model_dump(exclude_unset=True)))

    def delete(self, product_id: int, versions: Versions) -> None:
        """Remove a product, if it is still in the version that was read (None: in any); raises NoSuchProduct."""
        self._store.delete(self._held(product_id, versions))

    def _held(self, product_id: int, versions: Versions) -> Product:
        product = self._store.read(product_id, to_change=True)
        if versions is not None and product.version not in versions:
            raise ProductChanged(product_id)
        return product

    def _save(self, product: Product, draft: ProductDraft) -> Product:
        product.sku, product.name, product.price = draft.sku, draft.name, draft.price
        product.currency = draft.currency or self._currency
        product.stock, product.attributes = draft.stock, Document(draft.attributes)
        product.version, product.updated_at = product.version + 1, utc_now()
        self._store.save(product)
        return product
