"""A package index of two tiny wheels, so that an installation is tried for real and without a network."""

import hashlib
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

from tools.pins import ROOT

# Where Python, and Debian's Python, keep the pip that a new environment gets.
BUNDLED = (Path(sysconfig.get_path("stdlib")) / "ensurepip" / "_bundled", Path("/usr/share/python-wheels"))

# Answers like the pinned one and leaves the work to the uv of the environment that runs the tests.
UV = """#!/bin/sh
if [ "$1" = --version ]; then echo "uv 9.9.9"; exit; fi
exec "{real}" "$@"
"""


def wheel(folder: Path, name: str, version: str, script: str = "") -> str:
    """Writes a wheel with one module and perhaps one script; its line of a lock."""
    module = name.replace("-", "_")
    about = f"{module}-{version}.dist-info"
    files = {
        f"{module}_planted.py": f'VERSION = "{version}"\n',
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: planted\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        **({f"{module}-{version}.data/scripts/{name}": script} if script else {}),
    }
    files[f"{about}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{about}/RECORD"])
    target = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w") as archive:
        for path, text in files.items():
            entry = zipfile.ZipInfo(path)
            entry.external_attr = (0o100755 if ".data/scripts/" in path else 0o100644) << 16
            archive.writestr(entry, text)
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    return f'{name}=={version} ; python_version >= "3.11" \\\n    --hash=sha256:{digest}\n'


def lock(folder: Path, lamp: str = "1.0", uv: str = UV) -> Path:
    """A lock of a stand-in for uv and of one package, and the wheels that it names."""
    folder.mkdir(parents=True, exist_ok=True)
    real = Path(sys.executable).parent / "uv"
    lines = [wheel(folder, "lamp", lamp), wheel(folder, "uv", "9.9.9", uv.format(real=real))]
    export = folder / "dev.txt"
    export.write_text("".join(lines), encoding="utf-8")
    return export


def forge(export: Path, lamp: str) -> None:
    """A lock, and a wheel of that version which is not the one that was locked."""
    lock(export.parent, lamp)
    wheel(export.parent, "lamp", lamp, "#!/bin/sh\nexit 1\n")


def index(folder: Path) -> dict[str, str]:
    """The settings by which pip and uv look into this folder and nowhere else."""
    return {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(folder),
        "UV_NO_CONFIG": "1",
        "UV_NO_INDEX": "1",
        "UV_FIND_LINKS": str(folder),
        "UV_OFFLINE": "1",
        "UV_NO_CACHE": "1",
    }


def base_interpreter() -> str:
    """The interpreter that the environment of this test run was made with."""
    return str(Path(getattr(sys, "_base_executable", sys.executable)).resolve())


def environment(folder: Path) -> Path:
    """An environment with pip and the stamp of another lock; made faster than by ensurepip."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    roots = {"base": str(folder), "platbase": str(folder)}
    pip = next(wheel for place in BUNDLED for wheel in place.glob("pip-*.whl"))
    packages = Path(sysconfig.get_path("purelib", "venv", vars=roots))
    with zipfile.ZipFile(pip) as archive:
        archive.extractall(packages)
    (packages / "golden-core.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")
    (folder / ".installed").write_text(f"{base_interpreter()} {ROOT} {folder}\nanother lock", encoding="utf-8")
    return folder
