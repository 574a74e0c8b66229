"""A toy app for the tests of core: notes that are written at once or by a worker."""

from datetime import timedelta
from pathlib import Path

from core.app import App
from core.database import Branch
from core.jobs import Every
from tests.core.toy.answers import Answers
from tests.core.toy.config import ToySettings
from tests.core.toy.messages import Sweep
from tests.core.toy.models import Base
from tests.core.toy.routes import routes
from tests.core.toy.service import open_notes
from tests.core.toy.tasks import tasks

routes("/answers")(Answers)

app = App(
    name="toy",
    open_service=open_notes,
    routes=routes,
    tasks=tasks,
    schedule=(Every(timedelta(hours=1), Sweep()),),
    settings=ToySettings,
    branch=Branch("toy", Base.metadata, Path(__file__).parent / "migrations"),
)
