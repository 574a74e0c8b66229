"""Imports: a file is accepted at once, and a worker brings its rows in, batch by batch."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from typing import IO
from uuid import UUID, uuid4

from apps.catalog.config import CatalogSettings
from apps.catalog.messages import ImportProducts
from apps.catalog.models.values import Counts, ProductField
from apps.catalog.service.detection import HEAD_BYTES
from apps.catalog.service.merging import merge
from apps.catalog.service.records import in_batches
from apps.catalog.service.rejections import RejectionFiles, rejections_of
from apps.catalog.service.rows import Batch, read_batch
from apps.catalog.service.sheets import Sheet, fit_head
from apps.catalog.store.batches import BatchStore
from apps.catalog.store.imports import ImportStore
from core.database import utc_now
from core.jobs import JobView
from core.unit_of_work import UnitOfWork
from core.worker import JobContext

FOLDER = "catalog"


class Imports:
    """What one can do with files of products."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._settings = unit.settings.of(CatalogSettings)
        self._counted = ImportStore(unit.session)
        self._products = BatchStore(unit.session)
        self._rejections = RejectionFiles(unit.storage)

    def accept(self, file: IO[bytes], filename: str, columns: dict[ProductField, str], *, dry_run: bool) -> JobView:
        """Keep the file and ask a worker to bring it in; raises NotCsv or ColumnsMissing where its head shows it."""
        fit_head(file.read(HEAD_BYTES), columns)
        file.seek(0)
        upload = f"{FOLDER}/uploads/{uuid4()}.csv"
        self._unit.storage.write(upload, file)
        message = ImportProducts(upload=upload, filename=filename, columns=columns, dry_run=dry_run)
        job_id = self._unit.enqueue(message)
        self._counted.add(job_id, utc_now())
        return self._unit.job(job_id)

    def run(self, message: ImportProducts, job: JobContext) -> Counts:
        """Bring the file's rows in, from where an attempt before stopped."""
        counts = self._counted.counts(job.id)
        # A commit: reading the file would otherwise keep SQLite's only writer waiting.
        job.progress(counts.rows, None, "reading the file")
        sheet = Sheet.open(self._unit.storage, message.upload, message.columns)
        for rows in in_batches(sheet.records(skip=counts.rows), self._settings.batch_rows):
            counts = self._bring_in(job.id, counts, read_batch(rows, sheet.layout), is_kept=not message.dry_run)
            job.progress(counts.rows, sheet.total, str(counts))
        return counts

    def rejections(self, import_id: UUID) -> Iterator[bytes]:
        """The rows that were rejected so far, as CSV; raises NoSuchImport."""
        return self._rejections.read(import_id, self._counted.counts(import_id).rows)

    def delete_old(self) -> None:
        """Delete files and counts that are past their age, unless an import still needs them."""
        oldest = utc_now() - timedelta(seconds=self._settings.keep_files)
        live = {job.id: ImportProducts.model_validate(job.payload).upload for job in self._unit.live(ImportProducts)}
        needed = {*live.values(), *map(rejections_of, live)}
        for file in self._unit.storage.files(FOLDER):
            if file.modified_at < oldest and needed.isdisjoint((file.key, file.key.rpartition("/")[0])):
                self._unit.storage.delete(file.key)
        for import_id in self._counted.older(oldest):
            if import_id not in live:
                self._counted.delete(import_id)

    def _bring_in(self, import_id: UUID, before: Counts, batch: Batch, *, is_kept: bool) -> Counts:
        # Files first, so that no transaction waits for the storage.
        self._rejections.write(import_id, before.rows, chain.from_iterable(batch.rejected))
        known = self._products.hold([product.sku for product in batch.products])
        merged, written = merge(batch.products, known, self._settings.currency)
        if is_kept:
            self._products.write(written, utc_now())
        after = before.plus(merged).plus(Counts(rejected=len(batch.rejected)))
        self._counted.write(import_id, after)
        return after
