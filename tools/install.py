"""Makes the virtual environment from requirements/dev.txt, and again if the lock, interpreter or folder changes."""

import ast
import fcntl
import hashlib
import os
import re
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tools.install_errors import InstallError, Target, explained, kind
from tools.pins import DEVELOPMENT, ROOT
from tools.programs import REACH, Outcome, run

STAMP = ".installed"
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")
# The variables of uv that mean the same as pip's.
UV = {"PIP_INDEX_URL": "UV_DEFAULT_INDEX", "PIP_TRUSTED_HOST": "UV_INSECURE_HOST", "PIP_PROXY": "ALL_PROXY"}
UV |= {"PIP_CERT": "SSL_CERT_FILE", "PIP_CLIENT_CERT": "SSL_CLIENT_CERT", "PIP_EXTRA_INDEX_URL": "UV_INDEX"}
UV |= {"PIP_NO_INDEX": "UV_NO_INDEX", "PIP_FIND_LINKS": "UV_FIND_LINKS"}


def main(arguments: Sequence[str], lock: Path = DEVELOPMENT) -> int:
    """Called by every verb with VENV and its own name; prints nothing if the environment is up to date."""
    base = str(Path(getattr(sys, "_base_executable", sys.executable)).resolve())
    folder, verb = Path(arguments[0]).absolute(), " ".join(arguments[1:]) or "setup"
    target = Target(folder, lock, base, sysconfig.get_python_version(), verb)
    try:
        with lock.open("rb") as held:
            ensure(target, held.fileno())
    except KeyboardInterrupt:
        print(f"golden-core: interrupted; the next call makes {folder} anew", file=sys.stderr)
        return 130
    except (InstallError, OSError) as error:
        print(f"golden-core: {explained(str(error), target) if isinstance(error, OSError) else error}", file=sys.stderr)
        return 1
    return 0


def ensure(target: Target, lock: int) -> None:
    """Make or update the environment unless its stamp is current; a second terminal waits for the first."""
    # Where it is made, with which interpreter, and from which lock.
    wanted = [f"{target.python} {ROOT} {target.folder}", hashlib.sha256(target.lock.read_bytes()).hexdigest()]
    if stamp(target.folder) == wanted:
        return
    fcntl.flock(lock, fcntl.LOCK_EX)
    present = stamp(target.folder)
    if present == wanted:
        return
    started = time.monotonic()
    print(f"golden-core: installing the lock into {target.folder} (Python {target.version}) ...", file=sys.stderr)
    # The stamp is deleted first and written last, so a partial environment has none.
    (target.folder / STAMP).unlink(missing_ok=True)
    if present[:1] != wanted[:1]:
        create(target)
    install(target)
    (target.folder / STAMP).write_text("\n".join(wanted), encoding="utf-8")
    print(f"golden-core: done in {time.monotonic() - started:.0f} s", file=sys.stderr)


def stamp(folder: Path) -> list[str]:
    """What a complete environment was made from; empty if there is none, or one whose Python does not run."""
    file, python = folder / STAMP, folder / "bin" / "python"
    runs = file.exists() and (Path(sys.prefix) == folder or run([python, "-c", ""]).ok)
    return file.read_text(encoding="utf-8").splitlines() if runs else []


def create(target: Target) -> None:
    """An empty environment with pip; never in a folder that holds something else."""
    folder = target.folder
    if folder.exists() and any(folder.iterdir()) and not (folder / "pyvenv.cfg").exists():
        raise InstallError(f"{folder} is not empty and no virtual environment: choose another VENV=<folder>")
    # In two steps because venv does not print why its ensurepip failed.
    done = run([target.python, "-m", "venv", "--clear", "--without-pip", "--prompt", ROOT.name, folder])
    done = run([folder / "bin" / "python", "-m", "ensurepip", "--default-pip"]) if done.ok else done
    if not done.ok:
        raise explained(done.output, target)
    roots = {"base": str(folder), "platbase": str(folder)}
    source = Path(sysconfig.get_path("purelib", "venv", vars=roots)) / "golden-core.pth"
    source.write_text(f"{ROOT / 'src'}\n", encoding="utf-8")


def install(target: Target) -> None:
    """Exactly the locked packages, by uv, or by pip if uv does not run; each file is compared with its hash."""
    python = target.folder / "bin" / "python"
    done = fetched_uv(target)
    done = sync(python.with_name("uv"), python, target.lock) if done.ok else done
    if not done.ok and not kind(done.output):
        create(target)  # pip removes nothing
        done = pip(python, target.lock)
    if not done.ok:
        raise explained(done.output, target)


def fetched_uv(target: Target) -> Outcome:
    """Install the uv that the lock pins, unless it is there."""
    pin = re.search(r"^uv==(\S+)(?:.*\\\n)*.*\n", target.lock.read_text(encoding="utf-8"), re.MULTILINE)
    present = run([target.folder / "bin" / "uv", "--version"])
    if pin is None or present.output.split()[1:2] == [pin[1]]:
        return present
    with tempfile.TemporaryDirectory() as folder:
        alone = Path(folder, "uv.txt")
        alone.write_text(pin[0], encoding="utf-8")
        return pip(target.folder / "bin" / "python", alone)


def sync(uv: Path, python: Path, requirements: Path) -> Outcome:
    """Install exactly these requirements, from where pip would take them."""
    pips = pip_settings(python)
    own = {UV[name]: value.strip() for name, value in pips.items() if name in UV and UV[name] not in os.environ}
    if "UV_FIND_LINKS" in own:
        own["UV_FIND_LINKS"] = ",".join(own["UV_FIND_LINKS"].split())
    # The hashes decide which file is right, whatever index it comes from.
    own |= {"UV_SYSTEM_CERTS": "1", "UV_INDEX_STRATEGY": "unsafe-best-match"}
    options = ["--quiet", "--no-config", "--compile-bytecode", "--require-hashes"]
    return run([uv, "pip", "sync", *options, "--python", python, requirements], own)


def pip(python: Path, requirements: Path) -> Outcome:
    """Install these requirements; with few retries, because a person waits for the result."""
    options = ["install", "--quiet", "--retries=2", "--require-hashes", "-r"]
    return run([python, *PIP, *options, requirements], pip_settings(python))


def pip_settings(python: Path) -> dict[str, str]:
    """How pip reaches packages, as variables that replace its files: those may also say what it installs, and where."""
    # The setting "user" would restrict the list to the user's file.
    listed = run([python, *PIP, "config", "list"], {"PIP_USER": "0"})
    if not listed.ok:
        return {}
    found = {}
    for section in ("global", "install", ":env:"):
        for name, value in re.findall(rf"^{section}\.(\S+?)=(.*)$", listed.output, re.MULTILINE):
            found[f"PIP_{name.upper().replace('-', '_')}"] = str(ast.literal_eval(value))
    return {name: found[name] for name in found if REACH.search(name)} | {"PIP_CONFIG_FILE": os.devnull}
