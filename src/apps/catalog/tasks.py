"""The worker's door to the catalogue."""

from collections.abc import Sequence

from apps.catalog.messages import DeleteOldFiles, ImportProducts
from apps.catalog.schemas import ImportReport
from apps.catalog.service import Catalog
from core.worker import JobContext, Task, on


def import_products(catalog: Catalog, message: ImportProducts, job: JobContext) -> ImportReport:
    """Bring a file in."""
    return ImportReport.of(catalog.imports.run(message, job), job.id, dry_run=message.options.dry_run)


def delete_old_files(catalog: Catalog, _message: DeleteOldFiles, _job: JobContext) -> None:
    """Delete what is past its age."""
    catalog.imports.delete_old()


tasks: Sequence[Task[Catalog]] = (on(ImportProducts, import_products), on(DeleteOldFiles, delete_old_files))
