"""The tools of the development environment: python -m tools <verb>; each verb has --help."""

import argparse
import ast
import importlib
import runpy
import signal
import sys
from pathlib import Path

from tools import old_python

# Each verb is a module or a package of this folder; its docstring is its help.
VERBS: "tuple[str, ...]" = ("bare-core", "doctor", "fingerprint", "fingerprint-compare", "image", "install")
VERBS += ("lock", "lock-check", "matrix", "parity", "startapp")
HERE = Path(__file__).parent


def purpose(verb: str) -> str:
    """The first line of the verb's docstring, read without importing the module."""
    file = HERE / (verb.replace("-", "_") + ".py")
    source = file if file.exists() else HERE / verb / "__main__.py"
    return (ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or "").partition("\n")[0]


def main() -> None:
    """Passes the rest of the command line to the verb."""
    # A closed pipe (make doctor | head) ends the program silently.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    old_python.refuse_unsupported()
    listed = "\n".join(f"  {verb:20} {purpose(verb)}" for verb in VERBS)
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("python -m tools", description=f"{__doc__}\n\n{listed}", formatter_class=plain)
    parser.add_argument("verb", choices=VERBS, metavar="verb")
    verb = parser.parse_args(sys.argv[1:2]).verb
    sys.argv = [f"python -m tools {verb}", *sys.argv[2:]]
    name = "tools." + verb.replace("-", "_")
    if (HERE / verb).is_dir():
        runpy.run_module(name, run_name="__main__")
    sys.exit(importlib.import_module(name).main(sys.argv[1:]))


if __name__ == "__main__":
    main()
