"""The bill of materials of the image of production: what the lock puts into it, in the form that scanners read."""

import json
import tomllib
from collections.abc import Sequence

from cyclonedx.contrib.hash.factories import HashTypeFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.markers import Marker

from tools.pins import ROOT, Pin

# They would differ at every call, and the same lock is to give the same file.
RANDOM = ("serialNumber", "timestamp")


def bill(name: str, release: str, pins: Sequence[Pin]) -> str:
    """The CycloneDX document of an image, as JSON."""
    bom = Bom(components=[component(pin) for pin in contents(pins)])
    purl = PackageURL("oci", name=name, qualifiers={"tag": release})
    image = Component(name=name, version=release, type=ComponentType.CONTAINER, purl=purl, bom_ref=name)
    bom.metadata.component = image
    bom.register_dependency(image, bom.components)
    written = json.loads(JsonV1Dot6(bom).output_as_string())
    for part in (written, written["metadata"]):
        for key in RANDOM:
            part.pop(key, None)
    return json.dumps(written, indent=2) + "\n"


def component(pin: Pin) -> Component:
    """One distribution, with where it is from and the hashes that were checked when it was installed."""
    hashes = [HashTypeFactory().from_composite_str(value) for value in sorted(pin.hashes)]
    source = ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION, url=XsUri(f"https://pypi.org/simple/{pin.name}/"), hashes=hashes
    )
    return Component(
        name=pin.name,
        version=pin.version,
        type=ComponentType.LIBRARY,
        bom_ref=f"{pin.name}=={pin.version}",
        purl=PackageURL("pypi", name=pin.name, version=pin.version),
        external_references=[source],
    )


def contents(pins: Sequence[Pin]) -> list[Pin]:
    """The pins that apply inside the image; the others are for other Pythons and systems."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        python = str(tomllib.load(file)["tool"]["environment"]["python"])
    inside = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_python_implementation": "CPython",
    }
    return [pin for pin in pins if not pin.marker or Marker(pin.marker).evaluate(inside)]
