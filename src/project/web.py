"""The web process: gunicorn serves `web`."""

from core.composition import read_project
from core.factory import create_app
from project import APPS

web = create_app(read_project(APPS))
