"""The door to the virtual environment: parses on any Python 3, and says in a sentence which one is needed."""

import runpy
import sys

from tools import interpreters


def main() -> None:
    """Hands over to the installation, or names a Python that can run it."""
    version = str(sys.version_info[0]) + "." + str(sys.version_info[1])
    if version not in interpreters.matrix():
        sys.exit(interpreters.advice(version, sys.executable, " ".join(sys.argv[2:])))
    runpy.run_module("tools.installation", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
