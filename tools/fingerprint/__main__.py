"""Prints, as JSON, what this environment is: interpreter, C library, locale, packages with hashes, tools, services."""

import argparse
import json
import sys
from collections.abc import Sequence

from tools.fingerprint import elsewhere, here

TEACHING = """\
make fingerprint > A.json; in another environment make fingerprint > B.json; make fingerprint-compare A=A.json B=B.json.
It names no host, user, path or setting of this machine.
"""


def main(arguments: Sequence[str]) -> int:
    """Of the environment that runs this, or of another one that this machine can enter."""
    parser = argparse.ArgumentParser(description=__doc__, epilog=TEACHING)
    parser.add_argument("--of", choices=sorted(elsewhere.WAYS), help="enter this environment and take its fingerprint")
    parser.add_argument("--way", default=here.way(), help="how this environment was made; found out if not said")
    asked = parser.parse_args(arguments)
    if asked.of:
        return elsewhere.taken(asked.of)
    print(json.dumps(here.taken(asked.way), indent=2, sort_keys=True))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
