"""The example app: a catalogue of products, filled one by one or from files."""

from datetime import timedelta
from pathlib import Path

from apps.catalog.config import CatalogSettings
from apps.catalog.messages import DeleteOldFiles
from apps.catalog.models.tables import Base
from apps.catalog.routes import routes
from apps.catalog.service import Catalog
from apps.catalog.tasks import tasks
from core.app import App
from core.database import Branch
from core.jobs import Every

app = App(
    name="catalog",
    open_service=Catalog,
    routes=routes,
    tasks=tasks,
    schedule=(Every(timedelta(hours=1), DeleteOldFiles()),),
    settings=CatalogSettings,
    branch=Branch("catalog", Base.metadata, Path(__file__).parent / "migrations"),
)
