"""The catalogue over HTTP."""

from collections.abc import Iterator
from http import HTTPStatus
from uuid import UUID

from flask import Response, request
from werkzeug.datastructures import FileStorage

from apps.catalog.models.imports import Upload
from apps.catalog.models.queries import ProductQuery
from apps.catalog.models.tables import Product
from apps.catalog.models.values import ProductChanges, ProductDraft
from apps.catalog.schemas import ImportForm, ProductPage, ProductView
from apps.catalog.service import Catalog
from core.http import (
    Resource,
    Routes,
    Versions,
    accepted,
    body,
    if_match,
    if_match_sent,
    no_content,
    query,
    reply,
    responds,
    upload,
)
from core.jobs import JobView

# The largest number that a database takes for an id; a larger one is a URL that does not exist.
ONE_PRODUCT = f"/products/<int(max={2**63 - 1}):product_id>"

routes: Routes[Catalog] = Routes("catalog", "Products, and files that fill the catalogue")


def shown(product: Product, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """A product with its ETag."""
    return reply(ProductView.model_validate(product), status, {"ETag": f'"{product.version}"'})


@routes("/products")
class Products(Resource[Catalog]):
    """The products."""

    @responds(ProductPage)
    @query(ProductQuery)
    def get(self, criteria: ProductQuery) -> Response:
        """List products."""
        return reply(ProductPage.of(self.service.products.find(criteria)))

    @responds(ProductView, HTTPStatus.CREATED, "Created")
    @body(ProductDraft)
    def post(self, draft: ProductDraft) -> Response:
        """Create a product; 409 if its sku is taken."""
        product = self.service.products.create(draft)
        answer = shown(product, HTTPStatus.CREATED)
        answer.headers["Location"] = f"/catalog/products/{product.id}"
        return answer


@routes(ONE_PRODUCT)
class OneProduct(Resource[Catalog]):
    """A product."""

    @responds(ProductView)
    def get(self, product_id: int) -> Response:
        """Read a product; 304 if `If-None-Match` has its ETag."""
        answer = shown(self.service.products.read(product_id))
        answer.make_conditional(request)
        return answer

    @responds(ProductView)
    @if_match
    @body(ProductDraft)
    def put(self, draft: ProductDraft, versions: Versions, product_id: int) -> Response:
        """Give a product other contents; 412 if it changed since it was read."""
        return shown(self.service.products.replace(product_id, versions, draft))

    @responds(ProductView)
    @if_match
    @body(ProductChanges)
    def patch(self, changes: ProductChanges, versions: Versions, product_id: int) -> Response:
        """Change what the body names; 412 if the product changed since it was read."""
        return shown(self.service.products.change(product_id, versions, changes))

    @responds(None, HTTPStatus.NO_CONTENT, "Deleted")
    @if_match_sent
    def delete(self, versions: Versions, product_id: int) -> Response:
        """Delete a product; 412 if `If-Match` is sent and the product changed since it was read."""
        self.service.products.delete(product_id, versions)
        return no_content()


@routes("/imports")
class Imports(Resource[Catalog]):
    """Files that fill the catalogue."""

    @responds(JobView, HTTPStatus.ACCEPTED, "Accepted: the job, and its address in Location")
    @upload(ImportForm)
    def post(self, file: FileStorage, form: ImportForm) -> Response:
        """Import a CSV file: by `sku`, products are created or get what the file says; other columns are attributes.

        The part's Content-Type may have a `charset`. The result of the job counts the rows, says how the file was
        understood, and has the addresses of two lists: rejected rows, and rows whose sku stood in the file before (the
        last of them wins). An import that takes no row fails, and says why. A cell `="00123"` is the text 00123, and an
        apostrophe in front of a sign that would begin a formula is removed, as the downloads have it.
        """
        upload = Upload(file.filename or "", form.encoding, file.mimetype_params.get("charset"))
        return accepted(self.service.imports.accept(file.stream, upload, form.options))


@routes("/imports/<uuid:import_id>/rejections")
class Rejections(Resource[Catalog]):
    """The rows that an import rejected."""

    @responds(
        None, text="CSV: line, column, reason; a cell that a program would take for a formula begins with an apostrophe"
    )
    def get(self, import_id: UUID) -> Response:
        """Download the rejected rows, also while the import runs."""
        return _download(self.service.imports.rejections(import_id), f"rejections-{import_id}.csv")


@routes("/imports/<uuid:import_id>/repetitions")
class Repetitions(Resource[Catalog]):
    """The rows whose sku an import had met before."""

    @responds(None, text="CSV: line, sku, first_line; cells are written as in the list of rejected rows")
    def get(self, import_id: UUID) -> Response:
        """Download the rows whose sku stood in the file before, also while the import runs."""
        return _download(self.service.imports.repetitions(import_id), f"repetitions-{import_id}.csv")


def _download(content: Iterator[bytes], filename: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(content, headers=headers, mimetype="text/csv")
