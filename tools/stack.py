"""Runs the stack of docker-compose.yml; written for any Python 3, because it needs Docker and no environment."""

import json
import os
import signal
import socket
import subprocess
import sys
from typing import NamedTuple

from tools import docker

VERBS = {
    "up": ["up", "--detach", "--build", "--remove-orphans", "--wait", "--wait-timeout", "300"],
    "down": ["--profile", "*", "down", "--remove-orphans"],
    "logs": ["logs", "--follow", "--tail=100"],
    "ps": ["ps", "--all"],
    "shell": ["run", "--rm", "--build", "dev"],
    "dev": ["run", "--rm", "--build", "--env=HOST=0.0.0.0", "--env=RELOAD=1"],
}
CHECK = ["run", "--rm", "--build", "--no-deps", "--no-TTY", "migrate", "settings", "--check"]


def main(verb: str, arguments: "list[str]") -> int:
    """The exit status of docker compose; known problems are explained first."""
    # The container's user owns what it writes into the mounted folder, as the person outside does.
    os.environ.setdefault("COMPOSE_UID", str(os.getuid()))
    os.environ.setdefault("COMPOSE_GID", str(os.getgid()))
    problem = docker.problem(verb) or (port_problem(verb) if verb in {"up", "dev"} else "")
    if problem:
        print(problem, file=sys.stderr)
        return 1
    if verb == "e2e":  # the tests do the work
        return 0
    if verb in {"up", "dev"}:
        return up(arguments) if verb == "up" else dev(arguments)
    return compose(*VERBS[verb], *(arguments or (["bash"] if verb == "shell" else [])))


def up(arguments: "list[str]") -> int:
    """Start everything; if something fails, show its last log lines."""
    # PostgreSQL keeps the password of its first start, so production's settings are checked before it.
    status = compose(*CHECK) if web().environment == "production" else 0
    if status:
        return status
    status = compose(*VERBS["up"], *arguments)
    if status:
        for service in failed():
            print(f"golden-core: the last lines of {service} (make logs ARGS={service} shows all):", file=sys.stderr)
            compose("logs", "--tail=25", "--no-log-prefix", service)
        return status
    host, port, _ = web()
    print(f"Golden Core on http://{host}:{port} · documentation http://{host}:{port}/docs · make logs · make down")
    return 0


def dev(arguments: "list[str]") -> int:
    """Replace web, worker and beat of the image by those of the working copy."""
    compose("stop", "web", "worker", "beat")
    host, port, _ = web()
    return compose(*VERBS["dev"], f"--publish={host}:{port}:8000", "dev", "make", "run", "PORT=8000", *arguments)


def compose(*arguments: str) -> int:
    """Run docker compose, which prints to the terminal."""
    return subprocess.run(["docker", "compose", *arguments], check=False).returncode


def output(*arguments: str) -> str:
    """What docker compose prints; ends the program with its error."""
    done = subprocess.run(["docker", "compose", *arguments], stdout=subprocess.PIPE, check=False)
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout.decode("utf-8")


class Web(NamedTuple):
    """The address of web on this machine, and its ENVIRONMENT."""

    host: str
    port: str
    environment: str


def web() -> Web:
    """As docker compose resolves it from .env and the variables."""
    service = json.loads(output("config", "--format=json"))["services"]["web"]
    port = service["ports"][0]
    host = str(port.get("host_ip") or "127.0.0.1")
    return Web(host, str(port["published"]), str(service["environment"]["ENVIRONMENT"]))


def port_problem(verb: str) -> str:
    """Why web cannot listen on its port; empty if it can."""
    host, port, _ = web()
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        is_taken = probe.connect_ex((host, int(port))) == 0
    if not is_taken or "web" in output("ps", "--services", "--status=running").split():
        return ""
    return f"golden-core: port {port} on {host} is in use; choose another: make {verb} PORT={int(port) + 1000}"


def failed() -> "list[str]":
    """The services that are unhealthy or have exited with an error."""
    states = [json.loads(line) for line in output("ps", "--all", "--format=json").splitlines()]
    return sorted({state["Service"] for state in states if state["Health"] == "unhealthy" or state["ExitCode"]})


if __name__ == "__main__":
    # Ctrl-C also reaches docker compose, which stops its containers and then ends this program.
    signal.signal(signal.SIGINT, lambda *_: None)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
