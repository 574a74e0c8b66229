"""What can go wrong while the environment is made, and the sentence that mends it."""

import errno
import re
from dataclasses import dataclass
from pathlib import Path


class Trouble(Exception):
    """Stops the installation with one sentence for a person."""


@dataclass(frozen=True)
class Place:
    """Where the environment is made, from what, by whom and for which verb; fills the sentences."""

    folder: Path
    lock: Path
    python: str
    version: str
    verb: str


FULL = "the disk that holds {folder} is full: free about 1 GB, or choose another place with make {verb} VENV=<folder>"
CLOSED = "{folder} cannot be written: mend its owner and mode, or choose another place with make {verb} VENV=<folder>"
NO_VENV = (
    "Python {version} ({python}) lacks the venv module: on Debian or Ubuntu apt install python{version}-venv, "
    "elsewhere choose a whole Python with make {verb} PYTHON=<interpreter>"
)
UNTRUSTED = (
    "the package index shows a certificate that this machine does not trust: name your authority's file "
    "in SSL_CERT_FILE and PIP_CERT, then make {verb}"
)
FORGED = "a downloaded package is not the one that was locked: empty the caches or change the index, then make {verb}"
OFFLINE = (
    "no package index answers: connect to the network, or name a mirror in PIP_INDEX_URL and UV_DEFAULT_INDEX, "
    "then make {verb}"
)

# The first that matches wins: a full disk also breaks downloads, a strange certificate also looks like no network.
SIGNS = (
    (r"No space left|os error 28\b|Errno 28\b|quota exceeded", FULL),
    (r"Permission denied|Read-only file system|Operation not permitted", CLOSED),
    (r"ensurepip|No module named '?venv", NO_VENV),
    (r"CERTIFICATE_VERIFY_FAILED|invalid peer certificate|UnknownIssuer", UNTRUSTED),
    (r"DO NOT MATCH THE HASHES|[Hh]ash mismatch", FORGED),
    (r"name resolution|[Nn]ame or service not known|dns error|nodename nor servname|error sending request", OFFLINE),
    (r"ConnectTimeout|timed out|NewConnectionError|Connection refused|unreachable|client error \(Connect\)", OFFLINE),
)
NUMBERS = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EACCES: CLOSED,
    errno.EPERM: CLOSED,
    errno.EROFS: CLOSED,
    errno.ENOTDIR: CLOSED,
}


def known(output: str, place: Place) -> Trouble | None:
    """The trouble that a tool's output speaks of, when it is one that we know."""
    for sign, sentence in SIGNS:
        if re.search(sign, output):
            return Trouble(filled(sentence, place))
    return None


def unknown(output: str, place: Place) -> Trouble:
    """Any other trouble: the tool's last words, then what to do with them."""
    words = "\n".join(f"  | {line}" for line in output.strip().splitlines()[-12:])
    return Trouble(f"{words}\n" + filled("the environment could not be made; mend the above, then make {verb}", place))


def from_the_system(error: OSError, place: Place) -> Trouble:
    """The trouble that the operating system reports to ourselves."""
    sentence = NUMBERS.get(error.errno or 0, "")
    return Trouble(filled(sentence, place)) if sentence else unknown(str(error), place)


def filled(sentence: str, place: Place) -> str:
    """The sentence with this machine's names in it."""
    return sentence.format(folder=place.folder, python=place.python, version=place.version, verb=place.verb)
