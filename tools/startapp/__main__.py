"""Makes a new app in src/apps: a small one that is whole, runs and is tested, to be changed into your own."""

import argparse
import ast
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.parity.facts import collect
from tools.parity.tree import read
from tools.pins import ROOT
from tools.startapp import files, landing, register
from tools.startapp.refusals import LONGEST, Refused, require

TEACHING = f"""\
NAME is the folder, the address and the beginning of the tables' names: lower-case words joined by
underscores, at most {LONGEST} characters, such as shop or order_book.

The app keeps texts: one can list, read and create them, and a worker counts the words of each. That
takes one of everything an app may have: routes, schemas, service, store, tables with their migration,
a job, a schedule and tests. Change what is there into what you want.

example:
  ./manage.py startapp shop
"""
MADE = """\
Made src/apps/{name}, and wrote its name into APPS in {register}:

{listing}

Try it:
  git add src/apps/{name}     the linters look at what git knows
  make check
  make run
  curl -i localhost:{port}/{name}/items -H 'Content-Type: application/json' -d '{{"text": "two lamps"}}'
  curl localhost:{port}/{name}/items

After a change of models.py:
  ./manage.py db upgrade && ./manage.py db migrate {name} --message "what changes" && make format

To take it back, drop its tables where it has run, then delete the folder and its line in APPS:
  ./manage.py db downgrade {name} base
"""


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """1 where there can be no such app; nothing is changed then."""
    parser = argparse.ArgumentParser(
        prog="./manage.py startapp",
        description=__doc__,
        epilog=TEACHING,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", metavar="NAME", help="what the app is called")
    name = parser.parse_args(arguments).name
    try:
        made = make(name, root)
    except Refused as refusal:
        return refused(str(refusal))
    except OSError as error:
        return refused(f"{error.filename or root}: {error.strerror}")
    print(MADE.format(name=name, register=register.FILE, listing=listing(made), port=port(root)), end="")
    return 0


def make(name: str, root: Path) -> dict[str, str]:
    """The files of the app, which are now there; raises Refused or OSError, and then nothing is."""
    apps, listed = root / "src" / "apps", root / register.FILE
    source = listed.read_text(encoding="utf-8")
    require(name, apps, register.names(source))
    made = files.rendered(name)
    landing.put(made, apps / name, listed, register.with_app(source, name))
    return made


def refused(reason: str) -> int:
    """The exit status, once the reason is told."""
    print(f"golden-core: no app was made: {reason}", file=sys.stderr)
    return 1


def listing(made: Mapping[str, str]) -> str:
    """Each file, and what it says of itself."""
    width = max(map(len, made))
    return "\n".join(f"  {path:{width}}  {ast.get_docstring(ast.parse(text))}" for path, text in sorted(made.items()))


def port(root: Path) -> str:
    """Where web will listen."""
    return os.environ.get("PORT") or collect(read(root))[0]["port"].values[0]


if __name__ == "__main__":
    landing.clean_end()
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
