"""The web process of the toy's project, as gunicorn imports it."""

from core.composition import Project
from core.console import CONSOLE
from core.environ import read_settings
from core.factory import create_app
from tests.core.toy import app
from tests.core.toy.config import ToySettings

web = create_app(Project(read_settings([ToySettings]), (CONSOLE, app)))
