"""The bill of materials: what is in the image, by which hashes, and the same for the same lock."""

import json

from tools.bill import bill, contents
from tools.pins import Pin

DIGEST = "a" * 64
LAMP = Pin("lamp", "1.2", "", frozenset({f"sha256:{DIGEST}"}))


def test_a_package_is_listed_with_its_address_and_hashes() -> None:
    """As scanners look it up."""
    [listed] = json.loads(bill("golden", "1", [LAMP]))["components"]
    assert listed["purl"] == "pkg:pypi/lamp@1.2"
    [source] = listed["externalReferences"]
    assert source["hashes"] == [{"alg": "SHA-256", "content": DIGEST}]


def test_the_same_lock_gives_the_same_bill() -> None:
    """So that two builds can be compared."""
    assert bill("golden", "1", [LAMP]) == bill("golden", "1", [LAMP])


def test_the_bill_holds_what_applies_inside_the_image() -> None:
    """The lock is for other systems and Pythons too."""
    pins = [
        Pin("everywhere", "1", "", frozenset()),
        Pin("here", "1", 'python_version >= "3.11" and python_version < "3.15"', frozenset()),
        Pin("windows", "1", 'sys_platform == "win32"', frozenset()),
        Pin("old", "1", 'python_version < "3.12"', frozenset()),
    ]
    assert [pin.name for pin in contents(pins)] == ["everywhere", "here"]
