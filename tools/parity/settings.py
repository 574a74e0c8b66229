"""The settings: .env.example lists each with its default, and the stack and the image set none that does not exist."""

import re
from collections.abc import Collection, Iterator
from functools import cache

from tools.parity.defaults import Defaults, defaults
from tools.parity.findings import Claim, Finding, Found, differs
from tools.parity.markdown import is_document
from tools.parity.tree import Spot, Text, Tree

CONFIG, EXAMPLE, STACK, IMAGE = "src/core/config.py", ".env.example", "docker-compose.yml", "Dockerfile"
LISTED = re.compile(r"^#?(?P<name>[A-Za-z]\w*)=(?P<value>.*)$", re.MULTILINE)
READ = re.compile(r"\$\{(?P<name>[A-Za-z]\w*)(?::-(?P<value>[^{}\\\n]*))?\}")
SET = re.compile(r"^\s+(?P<name>[A-Z]\w+)\s*:", re.MULTILINE)
PROFILED = re.compile(r"^\s+profiles\s*:", re.MULTILINE)
NAMED = re.compile(r"^name\s*:\s*[\"']?(?P<value>[\w-]+)", re.MULTILINE)
BAKED = re.compile(r"\b(?P<name>[A-Z]\w*)=")
ENV = re.compile(r"^ENV\s(?:.*\\\n)*.*$", re.MULTILINE)
# What the images of others, the interpreter and make read.
FOREIGN = re.compile(
    r"POSTGRES_(USER|DB|PASSWORD)|REDISCLI_AUTH|PATH|PYTHON(DONTWRITEBYTECODE|UNBUFFERED|PATH)|VENV|[UG]ID"
)
OWN = "COMPOSE_"
# Its default is the word that production refuses, which therefore has to be the default of every password.
KNOWN, REFUSED = "SECRET_KEY", "_PASSWORD"
SAID = re.compile(r"\b(?P<name>[A-Z][A-Z_]+)`? \(`?(?P<value>[\w.]+)`?\)")
# The stack has these three itself, where nothing else is said.
INSIDE = ("DATABASE_URL", "REDIS_URL", "STORAGE_URL")


def of_tree(tree: Tree) -> Iterator[Found]:
    """From the settings to the list, the stack and the image."""
    config, example, stack = (tree.texts.get(path) for path in (CONFIG, EXAMPLE, STACK))
    if config is None or example is None or stack is None:
        lost = EXAMPLE if example is None else STACK if stack is None else CONFIG
        yield Finding(Spot(lost, 1), "is missing", "bring it back")
        return
    settings, own = defaults(config), of_the_stack(stack)
    yield from of_example(example, {**settings, **own})
    yield from of_stack(stack, settings, own)
    yield from of_documents(tree, settings)
    for text in tree.matching(IMAGE):
        for line in ENV.finditer(text.content):
            yield from (known(text, match, settings) for match in BAKED.finditer(text.content, *line.span()))


def of_the_stack(stack: Text) -> Defaults:
    """The variables that only the stack reads."""
    said = [match for match in READ.finditer(stack.content) if match["value"]]
    found = {match["name"]: ("", stack.spot(match.start())) for match in READ.finditer(stack.content)}
    # Backwards: the first time that a default is written decides for the others.
    found |= {match["name"]: (match["value"], stack.spot(match.start())) for match in reversed(said)}
    name = NAMED.search(stack.content)
    project = {"COMPOSE_PROJECT_NAME": (name["value"], stack.spot(name.start()))} if name else {}
    profile = PROFILED.search(stack.content)
    profiles = {"COMPOSE_PROFILES": ("", stack.spot(profile.start()))} if profile else {}
    return {**{key: value for key, value in found.items() if key.startswith(OWN)}, **project, **profiles}


def of_example(example: Text, wanted: Defaults) -> Iterator[Found]:
    """Each line, then what has none."""
    for match in LISTED.finditer(example.content):
        if match["name"] in wanted:
            yield Claim(example, *match.span("name"))
            yield compared(example, match, wanted)
        else:
            mend = "delete it, or declare it in the settings"
            yield Claim(example, *match.span("name"), f"nothing reads {match['name']}", mend)
    listed = {match["name"] for match in LISTED.finditer(example.content)}
    for name, (value, spot) in wanted.items():
        if name not in listed:
            yield Finding(
                Spot(EXAMPLE, 1), f"{name} is not listed", f"add #{name}={value} with a line of comment", spot
            )


def of_stack(stack: Text, settings: Defaults, own: Defaults) -> Iterator[Found]:
    """What compose reads from .env, and what it sets for the processes."""
    refused = {name: settings[KNOWN] for name in own if name.endswith(REFUSED) and KNOWN in settings}
    wanted = {**settings, **own, **refused}
    for match in READ.finditer(stack.content):
        yield known(stack, match, wanted)
        if match["value"] and match["name"] in wanted and match["name"] not in INSIDE:
            yield compared(stack, match, wanted)
    yield from (known(stack, match, settings) for match in SET.finditer(stack.content))


def of_documents(tree: Tree, settings: Defaults) -> Iterator[Claim]:
    """Where a document says what a setting is by itself: NAME (value)."""
    for text in tree.written:
        yield from (compared(text, match, settings) for match in told(text) if match["name"] in settings)


@cache
def told(text: Text) -> tuple[re.Match[str], ...]:
    """What a document says of variables."""
    return tuple(SAID.finditer(text.content)) if is_document(text) else ()


def known(text: Text, match: re.Match[str], names: Collection[str]) -> Claim:
    """Whether anything reads a variable of this name."""
    if match["name"] in names or FOREIGN.fullmatch(match["name"]):
        return Claim(text, *match.span("name"))
    said = f"{match['name']} is no setting, and not listed in {EXAMPLE}"
    return Claim(text, *match.span("name"), said, "name one that manage.py settings prints")


def compared(text: Text, match: re.Match[str], wanted: Defaults) -> Claim:
    """A default against the one that counts."""
    value, spot = wanted[match["name"]]
    if match["value"] == value:
        return Claim(text, *match.span("value"))
    said, mend = differs(f"the default of {match['name']}", match["value"], value, spot)
    return Claim(text, *match.span("value"), said, mend, spot)
