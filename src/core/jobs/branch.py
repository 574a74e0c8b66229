"""Core's own migrations: the ledger's tables."""

from core.jobs.models import Base
from core.migrate import SCRIPTS, Branch

CORE_BRANCH = Branch("core", Base.metadata, SCRIPTS / "versions")
