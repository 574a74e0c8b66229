"""The bill of materials: what the image contains, with hashes, and the same for the same lock."""

import json
from pathlib import Path

from tools.pins import ROOT, Pin, read
from tools.sbom import inside, write


def test_the_bill_lists_each_package_of_the_image_with_its_hashes(tmp_path: Path) -> None:
    """As scanners look it up; twice the same file, so that two builds can be compared."""
    files = [tmp_path / name for name in ("one.json", "other.json")]
    assert [write("golden", "1.2", file) for file in files] == [0, 0]
    assert files[0].read_bytes() == files[1].read_bytes()
    bill = json.loads(files[0].read_text("utf-8"))
    main = bill["metadata"]["component"]
    assert (bill["bomFormat"], main["name"], main["version"]) == ("CycloneDX", "golden", "1.2")
    pins = {f"pkg:pypi/{pin.name}@{pin.version}": pin for pin in inside(read(ROOT / "requirements" / "prod.txt"))}
    listed = {component["purl"]: component for component in bill["components"]}
    assert listed.keys() == pins.keys()
    for purl, pin in pins.items():
        [source] = listed[purl]["externalReferences"]
        assert {f"sha256:{each['content']}" for each in source["hashes"]} == pin.hashes


def test_only_what_applies_in_the_image_is_listed() -> None:
    """The lock is for other systems and Pythons too."""
    markers = {
        "everywhere": "",
        "here": 'python_version >= "3.11" and python_version < "3.15"',
        "windows": 'sys_platform == "win32"',
        "old": 'python_version < "3.12"',
    }
    pins = [Pin(name, "1", marker, frozenset(), "") for name, marker in markers.items()]
    assert [pin.name for pin in inside(pins)] == ["everywhere", "here"]
