"""Core's own migrations: the ledger's tables."""

from pathlib import Path

from core.branch import Branch
from core.jobs.models import Base

CORE_BRANCH = Branch("core", Base.metadata, Path(__file__).parents[1] / "migrations" / "versions")
