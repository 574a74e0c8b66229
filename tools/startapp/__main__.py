"""Makes a new app in src/apps: small, complete and tested, to be changed into your own."""

import argparse
import ast
import sys
from collections.abc import Sequence
from pathlib import Path
from string import Template

from tools.pins import ROOT
from tools.port import configured
from tools.startapp import landing, register
from tools.startapp.refusals import LONGEST, Refused, require

TEMPLATE = Path(__file__).parent / "template"
# So that no tool takes a template for a program.
SUFFIX = ".txt"
EPILOG = f"""\
NAME is the folder, the address and the first part of the tables' names: lower-case words joined by
underscores, at most {LONGEST} characters, such as shop or order_book.

The app stores texts: one can list, read and create them, and a job counts the words of each. It has one
of everything that an app may have: routes, schemas, service, store, tables with their migration, a job,
a schedule and tests. Change it into what you need.

example:
  ./manage.py startapp shop
"""
MADE = """\
Made src/apps/{name}, and added its name to APPS in {register}:

{listing}

Try it:
  git add src/apps/{name}     the linters read the files that git knows
  make check
  make run
  curl -i localhost:{port}/{name}/items -H 'Content-Type: application/json' -d '{{"text": "two lamps"}}'
  curl localhost:{port}/{name}/items

After a change of models.py, write its migration and apply it:
  ./manage.py db upgrade && ./manage.py db migrate {name} --message "add a note" && make format
  ./manage.py db upgrade

To remove the app, drop its tables if it has run, then delete the folder and its line in APPS:
  ./manage.py db downgrade {name} base
"""


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """1 if there can be no such app; nothing is changed then."""
    parser = argparse.ArgumentParser(
        prog="./manage.py startapp",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", metavar="NAME", help="the name of the app")
    name = parser.parse_args(arguments).name
    try:
        files = make(name, root)
    except (Refused, OSError) as error:
        reason = f"{error.filename or root}: {error.strerror}" if isinstance(error, OSError) else str(error)
        print(f"golden-core: no app was made: {reason}", file=sys.stderr)
        return 1
    width = max(map(len, files))
    lines = [f"  {path:{width}}  {ast.get_docstring(ast.parse(text))}" for path, text in sorted(files.items())]
    print(MADE.format(name=name, register=register.FILE, listing="\n".join(lines), port=configured(root)), end="")
    return 0


def make(name: str, root: Path) -> dict[str, str]:
    """Write the files of the app and return them; raises Refused or OSError, and then changes nothing."""
    apps, listed = root / "src" / "apps", root / register.FILE
    source = listed.read_text(encoding="utf-8")
    require(name, apps, register.names(source))
    files = rendered(name)
    landing.put(files, apps / name, listed, register.with_app(source, name))
    return files


def rendered(name: str) -> dict[str, str]:
    """The text of every file by its path in the app's folder: the templates with the app's name."""
    words = {"name": name, "Name": "".join(word.capitalize() for word in name.split("_"))}
    paths = [path.relative_to(TEMPLATE) for path in sorted(TEMPLATE.rglob(f"*{SUFFIX}"))]
    texts = {str(path).removesuffix(SUFFIX): (TEMPLATE / path).read_text(encoding="utf-8") for path in paths}
    return {path: Template(text).substitute(words) for path, text in texts.items()}


if __name__ == "__main__":
    landing.interrupt_on_signals()
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
