"""Says in one sentence why Docker cannot be used on this machine; written for any Python 3."""

import re
import shutil
import subprocess

# The first Compose that reads env_file with required: false, and everything else in docker-compose.yml.
COMPOSE = (2, 24)

NEEDS = "golden-core: make {verb} needs Docker with Compose " + ".".join(map(str, COMPOSE)) + " or newer, but "
WITHOUT = "; make run and make test need no Docker"
ABSENT = "docker is not installed: install Docker Engine or Docker Desktop, https://docs.docker.com/get-docker/"
OLD = "docker compose version prints {found!r}: update Docker's compose plugin"
FORBIDDEN = "this user may not use it: add the user to the group docker and log in again, or use sudo"
STOPPED = "its engine does not answer: start Docker Desktop, or sudo systemctl start docker"


def problem(verb: str) -> str:
    """Why this verb of make cannot use Docker; empty if it can."""
    found = unusable()
    return NEEDS.format(verb=verb) + found + WITHOUT if found else ""


def unusable() -> str:
    """The first of program, plugin and engine that is missing; empty if Docker can be used."""
    if shutil.which("docker") is None:
        return ABSENT
    version = output("docker", "compose", "version", "--short")
    numbers = re.match(r"v?(\d+)\.(\d+)", version)
    if numbers is None or tuple(map(int, numbers.groups())) < COMPOSE:
        return OLD.format(found=(version.strip().splitlines() or ["nothing"])[-1])
    answer = output("docker", "version", "--format", "{{.Server.Version}}")
    if re.match(r"\d", answer):
        return ""
    return FORBIDDEN if "permission denied" in answer else STOPPED


def output(*command: str) -> str:
    """Everything that a program prints, errors included."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.stdout.decode("utf-8", "replace")
