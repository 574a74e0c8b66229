"""A running stack, as a person with a terminal and curl sees it."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Self

from core.jobs.views import JobView

NAME = "golden-core-e2e"
SECONDS = 400
BOUNDARY = "boundary-of-a-form"
# What a make that runs these tests hands down would point the copy's make at this environment.
APART = {"ARGS": "", "MAKEFLAGS": "", "MFLAGS": "", "MAKELEVEL": "0", "VENV": ".venv"}


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def said(command: list[str], folder: Path, settings: dict[str, str], status: int = 0, seconds: float = SECONDS) -> str:
    """What a command says; fails with that when it ends otherwise than expected, or too late."""
    started = ["timeout", f"{seconds:g}", *command]
    done = subprocess.run(
        started,
        cwd=folder,
        env=os.environ | settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert (done.returncode != 0) == (status != 0), f"{' '.join(started)} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout


@dataclass(frozen=True)
class Stack:
    """The stack of a copy of the project."""

    folder: Path
    port: int
    settings: dict[str, str]

    @classmethod
    def of(cls, folder: Path, name: str = NAME) -> Self:
        """A stack of its own: other containers, volumes, images and port than those that a person may have up."""
        port = free_port()
        own = {"COMPOSE_PROJECT_NAME": name, "COMPOSE_IMAGE": f"{NAME}:local", "PORT": str(port)}
        return cls(folder, port, APART | own)

    def make(self, verb: str, arguments: str = "") -> str:
        """A verb of the Makefile."""
        return self.run("make", verb, f"ARGS={arguments}", f"PYTHON={sys.executable}")

    def run(self, *command: str, status: int = 0, settings: dict[str, str] | None = None) -> str:
        """Any command, in the copy's folder; output and errors."""
        return said(list(command), self.folder, self.settings | (settings or {}), status)

    def compose(self, *arguments: str) -> str:
        """A command of docker compose."""
        return self.run("docker", "compose", *arguments)

    def containers(self, *services: str) -> list[str]:
        """The ids of the running containers."""
        return self.compose("ps", "--quiet", *services).split()

    def inside(self, container: str, script: str) -> str:
        """What a shell in a container says, whether it ends well or not."""
        return self.run("docker", "exec", container, "sh", "-c", f"{script} 2>&1; true")

    def inspect(self, container: str, template: str) -> str:
        """A fact about a container."""
        return self.run("docker", "inspect", f"--format={template}", container).strip()

    def get(self, path: str) -> str:
        """What web answers; fails where it refuses."""
        return self._answer("GET", path)[1]

    def upload(self, path: str, content: bytes) -> JobView:
        """Post a file as a form does; the job that came of it."""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="products.csv"\r\n'
        body = f"{head}Content-Type: text/csv\r\n\r\n".encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
        location, _ = self._answer("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})
        return self.job(location)

    def _answer(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[str, str]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            content = answer.read().decode()
            assert answer.status in {200, 202}, f"{method} {path}: {answer.status}\n{content}"
            return answer.getheader("Location", ""), content

    def job(self, path: str) -> JobView:
        """How far a job is."""
        return JobView.model_validate_json(self.get(path))

    def until(self, job: JobView, reached: Callable[[JobView], bool], seconds: float = 120) -> JobView:
        """The job when it has come so far; fails when it does not in time."""
        end = time.monotonic() + seconds
        while not reached(job):
            assert time.monotonic() < end, f"after {seconds:g} s the job is still {job.model_dump_json(indent=2)}"
            time.sleep(0.2)
            job = self.job(f"/jobs/{job.id}")
        return job

    def states(self) -> dict[str, str]:
        """Each service that is not well, and in which way."""
        found = [json.loads(line) for line in self.compose("ps", "--all", "--format=json").splitlines()]
        return {
            str(one["Service"]): f"{one['State']} {one['Health']} {one['ExitCode']}"
            for one in found
            if one["Health"] == "unhealthy" or one["ExitCode"]
        }

    def last_lines(self) -> str:
        """Of those that failed; of the processes, where none did."""
        ill = self.states()
        return f"{ill}\n" + self.compose("logs", "--tail=60", "--no-color", *(ill or ("web", "worker")))
