"""The stack in containers: starts it, looks into it, stops it; written for any Python 3, for it needs Docker only."""

import json
import os
import signal
import socket
import subprocess
import sys
from typing import NamedTuple

from tools import engine

PATIENCE = "300"
VERBS = {
    "up": ["up", "--detach", "--build", "--remove-orphans", "--wait", "--wait-timeout", PATIENCE],
    "down": ["--profile", "*", "down", "--remove-orphans"],
    "logs": ["logs", "--follow", "--tail=100"],
    "ps": ["ps", "--all"],
    "shell": ["run", "--rm", "--build", "dev"],
    "dev": ["run", "--rm", "--build", "--env=HOST=0.0.0.0", "--env=RELOAD=1"],
}
CHECK = ["run", "--rm", "--build", "--no-deps", "--no-TTY", "migrate", "settings", "--check"]
# The processes that make dev replaces by those of the working copy.
SHIPPED = ["web", "worker", "beat"]


def main(verb: str, arguments: "list[str]") -> int:
    """The exit status of docker compose, after everything that can be said in a sentence was said."""
    # The container's user owns what it writes into the mount, as the person outside does.
    os.environ.setdefault("COMPOSE_UID", str(os.getuid()))
    os.environ.setdefault("COMPOSE_GID", str(os.getgid()))
    complaint = engine.trouble(verb) or (port_trouble(verb) if verb in {"up", "dev"} else "")
    if complaint:
        print(complaint, file=sys.stderr)
        return 1
    return {"e2e": nothing, "up": up, "dev": dev, "shell": shell}.get(verb, plain)(verb, arguments)


def plain(verb: str, arguments: "list[str]") -> int:
    """A verb that is one command."""
    return compose(*VERBS[verb], *arguments)


def nothing(_verb: str, _arguments: "list[str]") -> int:
    """For a verb that does its work elsewhere, and wants Docker there."""
    return 0


def up(verb: str, arguments: "list[str]") -> int:
    """Starts everything; where something fails, its last words."""
    # A database keeps the password that it was first started with: production's has to be right before that.
    status = compose(*CHECK) if web().environment == "production" else 0
    if status:
        return status
    status = plain(verb, arguments)
    if status:
        for service in failed():
            print(f"golden-core: the last lines of {service} (make logs ARGS={service} shows all):", file=sys.stderr)
            compose("logs", "--tail=25", "--no-log-prefix", service)
        return status
    host, port, _ = web()
    print(f"Golden Core on http://{host}:{port} · documentation http://{host}:{port}/docs · make logs · make down")
    return 0


def shell(verb: str, arguments: "list[str]") -> int:
    """A shell, or one command."""
    return plain(verb, arguments or ["bash"])


def dev(verb: str, arguments: "list[str]") -> int:
    """The processes from the working copy, in the place of those from the image."""
    compose("stop", *SHIPPED)
    host, port, _ = web()
    return compose(*VERBS[verb], f"--publish={host}:{port}:8000", "dev", "make", "run", "PORT=8000", *arguments)


def compose(*arguments: str) -> int:
    """Waits for docker compose, which talks to the person itself."""
    return subprocess.run(["docker", "compose", *arguments], check=False).returncode


def asked(*arguments: str) -> str:
    """What docker compose answers; ends the verb with what it says where it cannot."""
    done = subprocess.run(["docker", "compose", *arguments], stdout=subprocess.PIPE, check=False)
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout.decode("utf-8")


class Web(NamedTuple):
    """Where web can be reached from this machine, and what for."""

    host: str
    port: str
    environment: str


def web() -> Web:
    """With every variable filled in."""
    said = json.loads(asked("config", "--format=json"))["services"]["web"]
    port = said["ports"][0]
    host = str(port.get("host_ip") or "127.0.0.1")
    return Web(host, str(port["published"]), str(said["environment"]["ENVIRONMENT"]))


def port_trouble(verb: str) -> str:
    """Why web cannot have its port, or nothing."""
    host, port, _ = web()
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        is_taken = probe.connect_ex((host, int(port))) == 0
    if not is_taken or "web" in asked("ps", "--services", "--status=running").split():
        return ""
    return f"golden-core: port {port} on {host} is in use; choose another: make {verb} PORT={int(port) + 1000}"


def failed() -> "list[str]":
    """The services that ended badly or are not well."""
    lines = asked("ps", "--all", "--format=json").splitlines()
    found = [json.loads(line) for line in lines]
    return sorted({one["Service"] for one in found if one["Health"] == "unhealthy" or one["ExitCode"]})


if __name__ == "__main__":
    # Ctrl-C reaches docker compose too, which has containers to stop: it decides when this ends.
    signal.signal(signal.SIGINT, lambda *_: None)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
