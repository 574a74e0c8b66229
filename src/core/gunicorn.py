"""Gunicorn's own events, through the same formatter as everybody's."""

from gunicorn.config import Config
from gunicorn.glogging import Logger

from core.config import Settings
from core.environ import ENV_FILE
from core.logging import configure_logging


class StructuredLogger(Logger):
    """Leaves handlers and formats to the root logger."""

    def setup(self, cfg: Config) -> None:
        """Configure logging in gunicorn's main process, where no app is imported."""
        configure_logging(Settings(_env_file=ENV_FILE))
