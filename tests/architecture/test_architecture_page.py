"""ARCHITECTURE.md has a row for each import contract, with the layers as the contract has them."""

import re
import tomllib

import pytest
from pydantic import BaseModel, ConfigDict

from tests.architecture.rules import ROOT

ROW = re.compile(r"^\| (`[^|]*) \| (.*) \|$", re.MULTILINE)


class Contract(BaseModel):
    """What the page repeats of a contract."""

    model_config = ConfigDict(extra="ignore")

    id: str
    layers: tuple[str, ...] = ()

    def written(self) -> str:
        """The layers as the page writes them."""
        rows = (", ".join(f"`{name}`" for name in re.findall(r"\w+", layer)) for layer in self.layers)
        return " > ".join(rows)


def contracts() -> list[Contract]:
    """The contracts of pyproject.toml."""
    manifest = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return [Contract.model_validate(each) for each in manifest["tool"]["importlinter"]["contracts"]]


def rows() -> dict[str, str]:
    """The rules of the page by the contract's id; one row may explain two contracts."""
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8").partition("### Imports")[2].partition("### ")[0]
    return {name: rule for cell, rule in ROW.findall(page) for name in re.findall(r"`([\w-]+)`", cell)}


def test_every_contract_has_a_row() -> None:
    """And every row has a contract."""
    assert rows().keys() == {contract.id for contract in contracts()}


@pytest.mark.parametrize("contract", [each for each in contracts() if each.layers], ids=lambda each: each.id)
def test_a_row_has_the_layers_of_its_contract(contract: Contract) -> None:
    """In the same order, from the top down."""
    assert contract.written() in rows()[contract.id]
