"""The stack end to end, in the order of a life: it comes up, works, is disturbed, and leaves nothing."""

import json
import tomllib

import pytest
from tools.pins import ROOT

from core.jobs.states import LIVE
from core.jobs.views import JobView
from project import APPS
from tests.stack.stack import NAME, Stack, free_port

PROCESSES = ("web", "worker", "beat")
SERVICES = (*PROCESSES, "redis", "postgres")
GRACE = 10

needs_catalog = pytest.mark.skipif("catalog" not in APPS, reason="this project has no app that imports")


def products(count: int, name: str = "lamp") -> bytes:
    """A file as a shop exports it."""
    rows = (f"{name}-{number},{name} {number},{number % 90 + 1}.50,EUR,{number % 7}" for number in range(count))
    return "\n".join(["sku,name,price,currency,stock", *rows]).encode()


def is_finished(job: JobView) -> bool:
    return job.state not in LIVE


def is_under_way(job: JobView) -> bool:
    return job.state == "running" and job.progress is not None and job.progress.done > 0


def test_it_comes_up_from_zero_and_is_ready(stack: Stack) -> None:
    """Database, broker and storage answer; make up has waited for all of it."""
    assert json.loads(stack.get("/health/ready"))["status"] == "ok"
    assert stack.states() == {}


def test_nobody_is_root(stack: Stack) -> None:
    """No process of any container, init included."""
    for container in stack.containers():
        users = {line.split()[1] for line in stack.run("docker", "top", container, "-eo", "pid,uid").splitlines()[1:]}
        assert users
        assert "0" not in users


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_can_do_little(service: str, stack: Stack) -> None:
    """Nothing to write to but what it was given, no capabilities, no way to get some, and an end to its growth."""
    [container] = stack.containers(service)
    for path in ("/", "/usr/local/bin/", "/etc/"):
        assert "Read-only file system" in stack.inside(container, f"touch {path}probe")
    host = "{{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}} {{.HostConfig.Privileged}}"
    assert stack.inspect(container, host) == "[ALL] [no-new-privileges:true] false"
    memory, processes = stack.inspect(container, "{{.HostConfig.Memory}} {{.HostConfig.PidsLimit}}").split()
    assert int(memory) > 0
    assert int(processes) > 0


@pytest.mark.parametrize("service", SERVICES)
def test_only_web_is_reachable_and_only_from_this_machine(service: str, stack: Stack) -> None:
    """The databases have no way out either."""
    [container] = stack.containers(service)
    published = stack.inspect(container, "{{range .NetworkSettings.Ports}}{{range .}}{{.HostIp}}{{end}}{{end}}")
    assert published == ("127.0.0.1" if service == "web" else "")
    networks = stack.inspect(container, "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}").split()
    assert networks == ([f"{NAME}_inside", f"{NAME}_outside"] if service in PROCESSES else [f"{NAME}_inside"])


def test_the_image_holds_what_the_bill_of_materials_says(stack: Stack) -> None:
    """Neither more nor less; and no test, no compiler, no Poetry."""
    stack.run("make", "setup")
    stack.run("make", "image", f"ARGS={stack.folder}")
    [file] = stack.folder.glob("*.cdx.json")
    billed = {component["name"].lower().replace("_", "-") for component in json.loads(file.read_text())["components"]}
    question = "import importlib.metadata as found; print(*(one.name for one in found.distributions()))"
    [web] = stack.containers("web")
    assert {name.lower().replace("_", "-") for name in stack.inside(web, f'python -c "{question}"').split()} == billed
    assert stack.inside(web, "command -v gcc poetry; find /app -name tests") == ""


def test_the_versions_are_those_of_the_manifest(stack: Stack) -> None:
    """What runs, not what a tag promises."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        pins = tomllib.load(file)["tool"]["environment"]
    asked = {"web": "python --version", "redis": "redis-server --version", "postgres": "postgres --version"}
    said = {service: stack.inside(stack.containers(service)[0], question) for service, question in asked.items()}
    assert f"Python {pins['python']}." in said["web"]
    assert f"v={pins['redis']}." in said["redis"]
    assert f"(PostgreSQL) {pins['postgresql']}." in said["postgres"]


def test_redis_forgets_no_job_and_lets_nobody_in_without_the_password(stack: Stack) -> None:
    """Written down each second; full means refused, not evicted."""
    [redis] = stack.containers("redis")
    assert "NOAUTH" in stack.inside(redis, "env -u REDISCLI_AUTH redis-cli ping")
    assert "requirepass" not in stack.run("docker", "top", redis, "-eo", "pid,args")
    for name, value in {"appendonly": "yes", "maxmemory-policy": "noeviction"}.items():
        assert value in stack.inside(redis, f"redis-cli config get {name}").split()


def test_production_refuses_the_passwords_of_development(stack: Stack) -> None:
    """By name, in one go."""
    said = stack.run(
        *("docker", "compose", "run", "--rm", "--no-deps", "--no-TTY", "web", "run", "web"),
        status=1,
        settings={"ENVIRONMENT": "production"},
    )
    for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL"):
        assert f"{name} must" in said


def test_a_port_in_use_is_named(stack: Stack) -> None:
    """By another stack's web, for example."""
    other = {"COMPOSE_PROJECT_NAME": f"{NAME}-other", "PORT": str(stack.port)}
    assert f"port {stack.port} on 127.0.0.1 is in use" in stack.run("make", "up", status=1, settings=other)


@needs_catalog
def test_an_import_is_accepted_watched_and_finished(stack: Stack) -> None:
    """Over HTTP, as the README shows it."""
    job = stack.until(stack.upload("/catalog/imports", products(2_000)), is_finished)
    assert job.state == "succeeded", job
    assert "lamp-1999" in stack.get("/catalog/products?limit=5&name=lamp%201999")


@needs_catalog
def test_a_job_outlives_the_worker_that_ran_it(stack: Stack) -> None:
    """One of three workers is killed in the middle of an import; another one finishes it."""
    stack.make("up", "--scale worker=3")
    job = stack.until(stack.upload("/catalog/imports", products(60_000, "chair")), is_under_way)
    running = [worker for worker in stack.containers("worker") if worker[:12] in (job.worker or "")]
    assert len(running) == 1, job
    stack.run("docker", "kill", "--signal=KILL", running[0])
    ended = stack.until(job, is_finished, seconds=240)
    assert (ended.state, ended.attempt > 1) == ("succeeded", True), ended


@needs_catalog
def test_a_stopped_worker_hands_its_job_back(stack: Stack) -> None:
    """SIGTERM drains within the grace; the job goes on when there is a worker again."""
    stack.make("up")
    job = stack.until(stack.upload("/catalog/imports", products(60_000, "table")), is_under_way)
    workers = stack.containers("worker")
    stack.compose("stop", "worker")
    assert [stack.inspect(worker, "{{.State.ExitCode}} {{.State.OOMKilled}}") for worker in workers] == ["0 false"]
    stack.make("up")
    assert stack.until(job, is_finished, seconds=240).state == "succeeded"


def test_every_container_ends_by_itself_when_it_is_asked_to(stack: Stack) -> None:
    """Within its grace, not by being killed after it."""
    containers = stack.containers()
    stack.compose("stop")
    assert {stack.inspect(one, "{{.Name}} {{.State.ExitCode}}").split()[-1] for one in containers} == {"0"}
    stack.make("up")


def test_a_database_of_ones_own_takes_the_place_of_the_stack_s(stack: Stack) -> None:
    """With COMPOSE_POSTGRES=0 the processes do not wait for a container that is not there."""
    own = {"DATABASE_URL": "sqlite:////data/own.db", "COMPOSE_POSTGRES": "0"}
    elsewhere = {"COMPOSE_PROJECT_NAME": f"{NAME}-own", "PORT": str(free_port())} | own
    try:
        stack.run("make", "up", settings=elsewhere)
        assert "postgres" not in stack.run("docker", "compose", "ps", "--services", settings=elsewhere).split()
    finally:
        stack.run("make", "down", "ARGS=--volumes", settings=elsewhere)


def test_it_leaves_nothing_behind(stack: Stack) -> None:
    """Neither containers nor volumes nor networks."""
    stack.make("down", "--volumes")
    for kind in ("container", "volume", "network"):
        everything = ["--all"] if kind == "container" else []
        left = ["docker", kind, "ls", *everything, "--quiet", f"--filter=label=com.docker.compose.project={NAME}"]
        assert stack.run(*left) == ""
