"""The catalogue's own settings."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from core.config import Seconds, Section


class CatalogSettings(Section):
    """What a fork may want otherwise."""

    model_config = SettingsConfigDict(env_prefix="CATALOG_")

    currency: str = Field(
        "EUR",
        pattern=r"^[A-Z]{3}$",
        description="the currency of a price that comes without one; a file's price with another's sign is rejected",
    )
    batch_rows: int = Field(1000, gt=0, le=3000, description="rows of an import that are written in one transaction")
    keep_files: Seconds = Field(604_800, description="seconds after which uploads and rejected rows are deleted")
