"""The faults: each breaks something and repairs it before it returns."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.chaos import broken_broker, broken_processes, broken_rest
from tests.chaos.scene import Scene

ALL = "all of them in random order"
Act = Callable[[Scene], None]


@dataclass(frozen=True)
class Fault:
    """A row of the table; `needs` names the servers that it breaks."""

    name: str
    act: Act
    needs: str = ""
    is_shuffled: bool = True
    has_ledger: bool = False


FAULTS = (
    Fault("nothing", lambda scene: scene.let_load_run(2), is_shuffled=False),
    Fault("pool children killed", broken_processes.kill_children),
    Fault("worker killed", broken_processes.kill_worker),
    Fault("worker and children killed", broken_processes.kill_worker_and_children),
    Fault("all workers killed", broken_processes.kill_all_workers),
    Fault("child frozen past its lease", broken_processes.freeze_child),
    Fault("reaper killed", broken_processes.kill_reaper),
    Fault("web killed mid-request", broken_processes.kill_web),
    Fault("SIGTERM under load", broken_processes.terminate),
    Fault("SIGTERM twice", broken_processes.terminate_twice),
    Fault("job kills its process", broken_processes.kill_own_process),
    Fault("beat killed and doubled", broken_rest.double_beat, has_ledger=True),
    Fault("job longer than the visibility timeout", broken_rest.long_job, is_shuffled=False),
    Fault("broker loses its data (FLUSHALL)", broken_broker.flush, "redis"),
    Fault("broker restarted, nothing persisted", broken_broker.restart, "redis"),
    Fault("broker frozen for 20 s", broken_broker.freeze, "redis"),
    Fault("broker's port closed for 10 s", broken_broker.close_port, "redis"),
    Fault("garbage in the broker's list", broken_broker.publish_garbage, "redis"),
    Fault("broker's folder emptied", broken_broker.empty_folder, "folder"),
    Fault("garbage in the broker's folder", broken_broker.write_garbage, "folder"),
    Fault("database killed and restarted", broken_rest.restart_postgres, "postgres"),
    Fault("database connection killed", broken_rest.kill_backend, "postgres"),
    Fault("database frozen past the lease", broken_rest.freeze_postgres, "postgres"),
)


def fitting(embedded: bool, has_ledger: bool) -> list[Fault]:
    """The faults that this stack can have."""
    there = {"", "folder"} if embedded else {"", "redis", "postgres"}
    return [fault for fault in FAULTS if fault.needs in there and (has_ledger or not fault.has_ledger)]


def all_shuffled(faults: list[Fault]) -> Fault:
    """Every fault that may be shortened, once, in random order."""

    def act(scene: Scene) -> None:
        for fault in scene.dice.shuffled([fault for fault in faults if fault.is_shuffled]):
            fault.act(scene)

    return Fault(ALL, act)
