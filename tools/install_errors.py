"""What can go wrong while the environment is made, and the sentence that helps."""

import re
from pathlib import Path
from typing import NamedTuple


class InstallError(Exception):
    """Stops the installation; the message is one sentence for a person."""


class Target(NamedTuple):
    """The environment to make: its folder, its lock, the base interpreter, and the verb of make that needs it."""

    folder: Path
    lock: Path
    python: str
    version: str
    verb: str


# The first match wins: a full disk also breaks downloads, and an unknown certificate also looks like no network.
SIGNS = {
    "full": r"No space left|quota exceeded|os error (28|122)\b",
    "closed": r"Permission denied|Read-only file system|Operation not permitted|Not a directory|File exists",
    "no venv": r"ensurepip|No module named '?venv",
    "certificate": r"CERTIFICATE_VERIFY_FAILED|invalid peer certificate|UnknownIssuer",
    "hash": r"DO NOT MATCH THE HASHES|[Hh]ash mismatch",
    "offline": r"name resolution|[Nn]ame or service not known|dns error|nodename nor servname|error sending request"
    r"|timed out|ConnectTimeout|NewConnectionError|Connection refused|unreachable|client error \(Connect\)",
}
SENTENCES = {
    "full": "the disk of {folder} is full: free about 1 GB, or choose another one, make {verb} VENV=<folder>",
    "closed": "{folder} cannot be written: correct its owner and mode, or choose another, make {verb} VENV=<folder>",
    "no venv": "Python {version} ({python}) lacks the venv module: on Debian or Ubuntu apt install "
    "python{version}-venv, elsewhere choose another Python, make {verb} PYTHON=<interpreter>",
    "certificate": "this machine does not trust the certificate of the package index: set SSL_CERT_FILE and PIP_CERT "
    "to your authority's file, then make {verb}",
    "hash": "a downloaded package has another hash than the locked one: empty the caches "
    "or change the index, then make {verb}",
    "offline": "the package index is unreachable: connect to the network, or set PIP_INDEX_URL to a mirror, "
    "then make {verb}",
    "": "{output}\nthe environment was not made: correct the problem above, then make {verb}",
}


def kind(output: str) -> str:
    """The known problem that this output is about, or an empty string."""
    return next((name for name, sign in SIGNS.items() if re.search(sign, output)), "")


def explained(output: str, target: Target) -> InstallError:
    """The error for the output of a step that failed: a known sentence, or the last lines of the output."""
    last = "\n".join(f"  | {line}" for line in output.strip().splitlines()[-12:])
    return InstallError(SENTENCES[kind(output)].format(**target._asdict(), output=last))
