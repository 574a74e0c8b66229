"""Says what this machine has, what it lacks for which verb, and the one command that mends it."""

import argparse
import os
import sys
from collections.abc import Sequence

from tools.doctor import machine, project
from tools.doctor.findings import data, table
from tools.doctor.machine import Subject
from tools.interpreters import ROOT
from tools.parity.facts import collect
from tools.parity.tree import read
from tools.run import environment

TEACHING = """\
note: some verbs cannot be used, or the next verb mends it by itself. wrong: run, test or check would fail; the exit
status is then 1.
"""
CHECKS = (
    machine.python,
    machine.programs,
    machine.space,
    project.environment,
    project.lock,
    project.parity,
    project.hooks,
    machine.port,
    machine.matrix,
    machine.servers,
    machine.docker,
)


def main(arguments: Sequence[str]) -> int:
    """1 where something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, epilog=TEACHING)
    parser.add_argument("--json", action="store_true", help="for tools: a list of name, state, found, verbs, mend")
    parser.add_argument("--instead-of", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    port = os.environ.get("PORT") or collect(read(ROOT))[0]["port"].values[0]
    subject = Subject(ROOT, environment(), int(port), asked.instead_of)
    found = [check(subject) for check in CHECKS]
    print(data(found) if asked.json else table(found))
    return 1 if any(finding.state == "wrong" for finding in found) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
