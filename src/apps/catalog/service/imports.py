"""Imports: a file is accepted at once, and a worker brings its rows in, batch by batch."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import IO
from uuid import UUID, uuid4

from apps.catalog.config import CatalogSettings
from apps.catalog.errors import NothingImported
from apps.catalog.messages import ImportProducts
from apps.catalog.models.imports import Imported, Options, Upload
from apps.catalog.models.values import Counts
from apps.catalog.service.lists import FOLDER, Repetition, RowLists, commonest_reasons
from apps.catalog.service.merging import merge
from apps.catalog.service.repetitions import find_repetitions
from apps.catalog.service.rows import Batch, Rejection, RowReader
from apps.catalog.store.batches import BatchStore
from apps.catalog.store.imports import ImportStore
from apps.catalog.store.skus import ImportedSkuStore
from core.csv import HEAD_BYTES, CsvFile, detect_encoding, fit_head, in_batches
from core.database import utc_now
from core.jobs import JobView
from core.unit_of_work import UnitOfWork
from core.worker import JobContext


class Imports:
    """What one can do with files of products."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._settings = unit.settings.of(CatalogSettings)
        self._counted = ImportStore(unit.session)
        self._products = BatchStore(unit.session)
        self._skus = ImportedSkuStore(unit.session)
        self._rejections = RowLists(unit.storage, Rejection)
        self._repetitions = RowLists(unit.storage, Repetition)

    def accept(self, file: IO[bytes], upload: Upload, options: Options) -> JobView:
        """Keep the file and ask a worker to bring it in.

        Raises NotCsv, ColumnsMissing, UnknownEncoding or EncodingUncertain, before the file is kept.
        """
        encoding = detect_encoding(file, upload.encoding, upload.charset)
        file.seek(0)
        fit_head(file.read(HEAD_BYTES), encoding.name, options.fields)
        file.seek(0)
        key = f"{FOLDER}/uploads/{uuid4()}.csv"
        self._unit.storage.write(key, file)
        message = ImportProducts(upload=key, filename=upload.filename, encoding=encoding, options=options)
        job_id = self._unit.enqueue(message)
        self._counted.add(job_id, utc_now())
        return self._unit.job(job_id)

    def run(self, message: ImportProducts, job: JobContext) -> Imported:
        """Bring the file's rows in, from where an attempt before stopped; raises NothingImported."""
        counts, options = self._counted.counts(job.id), message.options
        # A commit: reading the file would otherwise keep SQLite's only writer waiting.
        job.progress(counts.rows, None, "reading the file")
        opener = partial(self._unit.storage.open, message.upload)
        file = CsvFile.open(opener, message.encoding.name, options.fields, options.decimal)
        reader = RowReader(file, self._settings.currency)
        for rows in in_batches(file.rows(skip=counts.rows), self._settings.batch_rows):
            counts = self._bring_in(job.id, counts, reader.read_batch(rows), is_kept=not options.dry_run)
            job.progress(counts.rows, file.total, str(counts))
        while self._skus.delete(job.id):
            job.progress(counts.rows, file.total, str(counts))
        self._require_products(job.id, counts)
        return Imported(counts, message.encoding, file.decimal)

    def rejections(self, import_id: UUID) -> Iterator[bytes]:
        """The rows that were rejected so far, as CSV; raises NoSuchImport."""
        return self._rejections.read(import_id, self._counted.counts(import_id).rows)

    def repetitions(self, import_id: UUID) -> Iterator[bytes]:
        """The rows so far whose sku stood in the file before, as CSV; raises NoSuchImport."""
        return self._repetitions.read(import_id, self._counted.counts(import_id).rows)

    def delete_old(self) -> None:
        """Delete files and counts that are past their age, unless an import still needs them."""
        oldest = utc_now() - timedelta(seconds=self._settings.keep_files)
        live = {job.id: ImportProducts.model_validate(job.payload).upload for job in self._unit.live(ImportProducts)}
        lists = (kind.folder(import_id) for kind in (self._rejections, self._repetitions) for import_id in live)
        needed = {*live.values(), *lists}
        for file in self._unit.storage.files(FOLDER):
            if file.modified_at < oldest and needed.isdisjoint((file.key, file.key.rpartition("/")[0])):
                self._unit.storage.delete(file.key)
        for import_id in self._counted.older(oldest):
            if import_id not in live:
                self._counted.delete(import_id)
                while self._skus.delete(import_id):
                    pass

    def _require_products(self, import_id: UUID, counts: Counts) -> None:
        if counts.rows and not counts.taken:
            reasons = commonest_reasons(self._rejections.read(import_id, counts.rows))
            raise NothingImported(str(counts), reasons, f"/catalog/imports/{import_id}/rejections")

    def _bring_in(self, import_id: UUID, before: Counts, batch: Batch, *, is_kept: bool) -> Counts:
        # Files first, so that no transaction waits for the storage; the repeated rows only the database knows.
        self._rejections.write(import_id, before.rows, chain.from_iterable(batch.rejected))
        repeated, new = find_repetitions(batch.taken, partial(self._skus.lines, import_id))
        self._repetitions.write(import_id, before.rows, repeated)
        self._skus.add(import_id, new)
        products = [row.product for row in batch.taken]
        known = self._products.hold([product.sku for product in products])
        merged, written = merge(products, known, self._settings.currency)
        if is_kept:
            self._products.write(written, utc_now())
        counted = Counts(rejected=len(batch.rejected), skipped=batch.skipped, repeated=len(repeated))
        after = before.plus(merged).plus(counted)
        self._counted.write(import_id, after)
        return after
