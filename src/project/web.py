"""The web process: gunicorn serves `web`."""

from core.factory import create_app, read_project
from project import APPS

web = create_app(read_project(APPS))
