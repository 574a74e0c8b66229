"""What one can do with the catalogue."""

from apps.catalog.service.imports import Imports
from apps.catalog.service.products import Products
from core.unit_of_work import UnitOfWork


class Catalog:
    """The catalogue: its products, and the files that fill it."""

    def __init__(self, unit: UnitOfWork) -> None:
        self.products = Products(unit)
        self.imports = Imports(unit)
