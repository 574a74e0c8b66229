"""The web process of the suite's app."""

from core.composition import Project
from core.console import CONSOLE
from core.environ import read_settings
from core.factory import create_app
from tests.chaos.app import app

web = create_app(Project(read_settings(), (CONSOLE, app)))
