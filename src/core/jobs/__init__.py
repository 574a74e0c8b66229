"""The ledger: a job is a row, committed with the change that requested it; the broker carries a hint."""

from core.jobs.messages import Every, Message
from core.jobs.states import State
from core.jobs.views import JobView

__all__ = ["Every", "JobView", "Message", "State"]
