"""Says in a sentence what the container verbs lack on this machine; written for any Python 3."""

import os
import re
import shutil
import subprocess

# The first Compose that reads env_file with required: false, and understands everything else that the stack says.
COMPOSE = (2, 24)

NEEDS = "golden-core: make {verb} needs Docker with Compose " + ".".join(map(str, COMPOSE)) + " or newer, "
ABSENT = "and there is no docker here: install Docker Engine or Docker Desktop, https://docs.docker.com/get-docker/"
OLD = "and this one says {found!r}: update Docker's compose plugin"
FORBIDDEN = "which this user may not use: add yourself to the group docker and log in again, or use sudo"
STOPPED = "and its engine does not answer: start Docker Desktop, or sudo systemctl start docker"
WITHOUT = "; make run and make test do without it"


def trouble(verb: str) -> str:
    """Why Docker cannot do what the verb wants, or nothing."""
    found = lacking()
    return NEEDS.format(verb=verb) + found + WITHOUT if found else ""


def lacking() -> str:
    """The first thing that is missing: the program, the plugin, the engine."""
    if shutil.which("docker") is None:
        return ABSENT
    version = said("docker", "compose", "version", "--short")
    if not is_enough(version):
        return OLD.format(found=version.strip().splitlines()[-1] if version.strip() else "nothing")
    answer = said("docker", "version", "--format", "{{.Server.Version}}")
    if re.match(r"\d", answer):
        return ""
    return FORBIDDEN if "permission denied" in answer else STOPPED


def is_enough(version: str) -> bool:
    """Whether Compose says that it is new enough."""
    numbers = re.match(r"v?(\d+)\.(\d+)", version)
    return numbers is not None and tuple(map(int, numbers.groups())) >= COMPOSE


def said(*command: str) -> str:
    """Everything a program says, errors included."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ, check=False)
    return done.stdout.decode("utf-8", "replace")
