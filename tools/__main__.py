"""The verbs of the environment's tools: python -m tools <verb>, and --help after any of them."""

import argparse
import ast
import runpy
import signal
import sys
from pathlib import Path

from tools import interpreters
from tools.doctor import door

# Each verb is a module or a package of this folder; its docstring is what --help says.
VERBS = (
    "bare-core",
    "doctor",
    "fingerprint",
    "fingerprint-compare",
    "image",
    "lock",
    "lock-check",
    "matrix",
    "parity",
    "startapp",
)
HERE = Path(__file__).parent


def module(verb: str) -> str:
    """A verb's module: lock-check lives in lock_check."""
    return verb.replace("-", "_")


def purpose(verb: str) -> str:
    """The first line of the verb's docstring, read without importing what it imports."""
    file = HERE / f"{module(verb)}.py"
    source = file if file.exists() else HERE / module(verb) / "__main__.py"
    return (ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or "").partition("\n")[0]


def main() -> None:
    """Hands the rest of the command line to the verb."""
    # Who pipes into head has read enough; that is no trouble to be told of.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    version = str(sys.version_info[0]) + "." + str(sys.version_info[1])
    if version not in interpreters.matrix():
        refuse(version, sys.argv[1:])
    listed = "\n".join(f"  {verb:20} {purpose(verb)}" for verb in VERBS)
    parser = argparse.ArgumentParser(
        prog="python -m tools",
        description=__doc__,
        epilog=f"verbs:\n{listed}\n\nThe Makefile and manage.py call these; see make help.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("verb", choices=VERBS, metavar="verb")
    asked = parser.parse_args(sys.argv[1:2])
    sys.argv = [f"python -m tools {asked.verb}", *sys.argv[2:]]
    runpy.run_module(f"tools.{module(asked.verb)}", run_name="__main__")


def refuse(version: str, arguments: "list[str]") -> None:
    """This Python is too old for the verbs themselves, though not for these lines."""
    if arguments[:1] == ["doctor"]:
        door.through(version, arguments[1:])
    if arguments[:1] == ["startapp"]:
        sys.exit(interpreters.advice(version, sys.executable, "setup") + ", then .venv/bin/python manage.py startapp")
    sys.exit(interpreters.advice(version, sys.executable, (arguments or ["setup"])[0]))


if __name__ == "__main__":
    main()
