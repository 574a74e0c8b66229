"""The toy's own settings."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from core.config import Section


class ToySettings(Section):
    """How the toy behaves."""

    model_config = SettingsConfigDict(env_prefix="TOY_")

    longest_note: int = Field(20, description="characters that a note may have")
