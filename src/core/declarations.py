"""What the apps of a project must agree on: each goes by its folder's name, and no two claim the same thing."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations

from core.app import AnyApp


def mistakes(names: Sequence[str], apps: Mapping[str, AnyApp]) -> list[str]:
    """What is wrong with the named apps, which stand under their folders' names; a sentence each."""
    doubled = [f"the project names the app {name} twice" for name in apps if names.count(name) > 1]
    misnamed = [sentence for name, app in apps.items() for sentence in _misnamed(name, app)]
    return [*doubled, *misnamed, *_claimed_twice(apps), *_mixed_up(apps)]


def _misnamed(name: str, app: AnyApp) -> Iterator[str]:
    called = {"app": app.name, "branch": app.branch.name if app.branch else name}
    for what, given in called.items():
        if given != name:
            yield f"apps/{name}/__init__.py declares the {what} {given}: it must have the folder's name, {name}"


def _claimed_twice(apps: Mapping[str, AnyApp]) -> Iterator[str]:
    claimants = defaultdict(list)
    for name, app in apps.items():
        for claim in _claims(app):
            claimants[claim].append(name)
    for claim, names in claimants.items():
        if len(names) > 1:
            yield f"{claim} is declared more than once: in apps/{' and apps/'.join(sorted(names))}"


def _mixed_up(apps: Mapping[str, AnyApp]) -> Iterator[str]:
    branches = [app.branch for app in apps.values() if app.branch is not None]
    for branch, other in permutations(branches, 2):
        if branch.owns(other.name):
            yield f"the tables of {other.name} would be among those of {branch.name}, which are called {branch.name}_*"


def _claims(app: AnyApp) -> Iterator[str]:
    yield from (f"the job {task.message.wire_name}" for task in app.tasks)
    yield from (f"the schedule {every.key}" for every in app.schedule)
    if app.routes is not None:
        yield f"the address {app.routes.path}"
    if app.settings is not None:
        yield f"the settings {app.settings.model_config.get('env_prefix', '')}*"
