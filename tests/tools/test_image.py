"""The image of production: its size, and the file beside it."""

import json
from pathlib import Path

from tools.image import BUDGET_MEGABYTES

from tests.tools.fake_docker import WELL, verb

SIZE = "image inspect --format={{.Size}} golden-core:local"


def test_an_image_within_its_budget_gets_a_bill_of_materials(tmp_path: Path) -> None:
    """Beside it, in the form that scanners read."""
    done = verb("image", tmp_path, WELL | {SIZE: "200000000"}, str(tmp_path))
    assert done.status == 0, done.output
    assert f"the image has 200 MB, its budget is {BUDGET_MEGABYTES} MB" in done.output
    [file] = tmp_path.glob("golden-core-*.cdx.json")
    bill = json.loads(file.read_text())
    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["component"]["name"] == "golden-core"
    assert {"flask", "celery", "gunicorn"} <= {component["name"] for component in bill["components"]}


def test_an_image_that_grew_too_large_is_refused(tmp_path: Path) -> None:
    """With the command that shows where."""
    done = verb("image", tmp_path, WELL | {SIZE: "999000000"}, str(tmp_path))
    assert done.status != 0
    assert "docker history golden-core:local" in done.output


def test_a_build_that_fails_ends_the_verb(tmp_path: Path) -> None:
    """Nothing is weighed that is not there."""
    done = verb("image", tmp_path, WELL | {"build": "!"}, str(tmp_path))
    assert done.status != 0
    assert not [line for line in done.calls if line.startswith("image inspect")]


def test_the_verb_says_what_it_needs(tmp_path: Path) -> None:
    """As the other container verbs do."""
    done = verb("image", tmp_path, None, str(tmp_path))
    assert "make image needs Docker" in done.output
