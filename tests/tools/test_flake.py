"""The flake, wherever Nix is there: it parses, its lock is its own, and every output evaluates for every system."""

import json
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from tools.old_python import supported
from tools.parity.forms import DECLARED
from tools.pins import ROOT

FEATURES = ("--extra-experimental-features", "nix-command flakes", "--option", "warn-dirty", "false")
SYSTEMS = {"x86_64-linux", "aarch64-linux", "aarch64-darwin"}
# Takes the place of nixpkgs, which is a download: what the flake asks of it, and nothing more.
STAND_IN = Path(__file__).parent / "nixpkgs.nix"
[TAKEN] = [names for names, why in DECLARED["nixpkgs attribute"].items() if why == "what the shells take"]


@pytest.fixture(name="nix")
def program() -> str:
    """Where Nix is."""
    found = shutil.which("nix")
    if not found:
        pytest.skip("the flake needs Nix, and this machine has none: https://nixos.org/download")
    return found


def output(nix: str, *arguments: str) -> str:
    """What Nix says of this flake; its complaint where it has one."""
    command = [nix, *FEATURES, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def planted(folder: Path) -> Path:
    """A nixpkgs with the versions of the manifest."""
    shutil.copy(STAND_IN, folder / "flake.nix")
    manifest = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["environment"]
    pythons = [f"python{version.replace('.', '')}" for version in supported()]
    names = [*(name for name in TAKEN.split() if name != "redis"), f"postgresql_{manifest['postgresql']}", *pythons]
    (folder / "pinned.json").write_text(json.dumps({"names": names, "redis": f"{manifest['redis']}.2"}), "utf-8")
    return folder


@pytest.mark.machine
def test_the_lock_is_the_flakes_own(nix: str) -> None:
    """Nix would write another one, and may not."""
    printed = json.loads(output(nix, "flake", "metadata", "--json", "--no-update-lock-file", "."))
    assert printed["locks"] == json.loads((ROOT / "flake.lock").read_text("utf-8"))


@pytest.mark.machine
def test_every_output_evaluates_for_every_system(nix: str, tmp_path: Path) -> None:
    """Offline, with something in the place of nixpkgs that has no attribute but those that the flake may use."""
    stand_in = ("--override-input", "nixpkgs", f"path:{planted(tmp_path)}", "--no-write-lock-file")
    output(nix, "flake", "check", "--all-systems", "--no-build", *stand_in, ".")
    shown = json.loads(output(nix, "flake", "show", "--all-systems", "--json", *stand_in, "."))
    shells = {"default", *(f"py{version.replace('.', '')}" for version in supported())}
    assert {system: set(names) for system, names in shown["devShells"].items()} == dict.fromkeys(SYSTEMS, shells)
    assert set(shown["checks"]) == set(shown["apps"]) == SYSTEMS
