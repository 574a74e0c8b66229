"""What stands under keys of YAML and JSON, the services of Compose, and the targets of the Makefile."""

import re
from collections.abc import Iterator
from functools import cache

from tools.parity.forms import compiled, rows
from tools.parity.tree import Mention, Text, fits
from tools.parity.yaml import select

COMPOSE, DEFAULT = "*compose*.y*ml", re.compile(r"(?<!\$)\$\{(?P<name>[A-Z]\w*):?-(?P<value>[^${}\\\n]+)")
PORT = re.compile(r"^(?:.*:)?(?:\$\{\w+:-)?(?P<outside>\d+)\}?:(?P<inside>\d+)(?:/\w+)?$|^(?P<only>\d+)$")
TAG = re.compile(r"(?:[\w.:-]+/)*([\w-]+):v?(\d[\w.]*)(?:-([\w.-]+?))?(?:@sha256:[0-9a-f]{64})?")
DEBIAN, SERVERS = {"python", "redis", "postgres"}, {"redis", "postgres", "prometheus", "grafana", "jaeger"}
RULE = re.compile(r"^([a-zA-Z0-9][\w-]*):(?!=)([^#\n]*)(?:## (.*))?\n((?:\t.*\n?)*)", re.MULTILINE)
READ = re.compile(r"(?<!\$)\$[({](?:if \$\(|or \$\()?([A-Z][A-Z0-9_]*)(?=[),:} ])")


def mentions(text: Text) -> Iterator[Mention]:
    """Names under keys, then what is computed from more than one of them."""
    yield from _keys(text)
    if fits(text.path, COMPOSE):
        yield from _defaults(text)
        for each in select(text, "services/*"):
            path = f"services/{each.path[1]}"
            build = [each.text for key in ("build", "build/context") for each in select(text, f"{path}/{key}")]
            yield from _service(text, path, is_ours="." in build)
            yield from _ours(text, path) if "." in build else ()
            for image in select(text, f"{path}/image") if not build else ():
                yield from of_image(text, image.text, image.line)
    if text.path == "Makefile":
        yield from _targets(text)


def _keys(text: Text) -> Iterator[Mention]:
    for _, paths, kind, role, pattern in rows("keys", text.path):
        for path in paths.split(" "):
            for each in select(text, path):
                is_key = path.endswith("*") and not each.path[-1].isdigit()
                if match := compiled(pattern).search(each.path[-1] if is_key else each.text):
                    name = f"localhost:{match[1]}" if kind == "port" and match[1].isdigit() else match[1]
                    yield Mention(kind, name, text.path, each.line, role)


def _defaults(text: Text) -> Iterator[Mention]:
    for match in DEFAULT.finditer(text.content):
        for name in (match["name"], "SECRET_KEY") if match["name"].endswith("_PASSWORD") else (match["name"],):
            if "_URL" not in name:
                yield Mention(f"default of {name}", match["value"], text.path, text.line(match.start()), "offers")


def _service(text: Text, path: str, *, is_ours: bool) -> Iterator[Mention]:
    for each in (*select(text, f"{path}/ports/*"), *select(text, f"{path}/expose/*")):
        if match := PORT.search(each.text):
            inside = f"{path.rpartition('/')[2]}:{match['inside'] or match['only']}"
            for name in (inside, f"localhost:{match['outside'] or 0}"):
                yield Mention("port", name, text.path, each.line, "defines")
    for each in select(text, f"{path}/environment/*"):
        # Variables of the settings if it is built from this folder, else of the image itself.
        name = each.text.partition("=")[0] if each.path[-1].isdigit() else each.path[-1]
        line = text.find(name, max(1, each.line - 1))
        yield Mention("env", name, text.path, line, "uses" if is_ours else "defines")


def _ours(text: Text, path: str) -> Iterator[Mention]:
    command = select(text, f"{path}/command/*")
    found = [("build argument", each.path[-1], each.line) for each in select(text, f"{path}/build/args/*")]
    if command and not select(text, f"{path}/entrypoint"):
        found.append(("command", " ".join(each.text for each in command), command[0].line))
    for each in select(text, f"{path}/build/target"):
        found += [
            (kind, each.text, each.line) for kind in ["build target", "stage with manage.py"][: 1 + bool(command)]
        ]
        volumes = [volume.text for volume in select(text, f"{path}/volumes/*") if volume.text.startswith(".:")]
        found += [("stage and its folder", f"{each.text}{volume[1:]}", each.line) for volume in volumes]
    yield from (Mention(kind, name, text.path, line) for kind, name, line in found)


def of_image(text: Text, reference: str, line: int) -> Iterator[Mention]:
    """What a reference to an image says of its version, and of its release of Debian."""
    yield Mention("image reference", reference, text.path, line)
    if tag := TAG.fullmatch(re.sub(r"^\$\{\w+:-|\}$", "", reference)):
        yield Mention("image", tag[1], text.path, line, "defines")
        yield Mention(f"version of {tag[1]}", tag[2], text.path, line)
        if tag[1] in DEBIAN:
            yield Mention(f"Debian of {tag[1]}", (tag[3] or "none").rpartition("-")[2], text.path, line)
        if tag[1] in SERVERS:
            yield Mention("server of the manifest", tag[1], text.path, line)


def _targets(text: Text) -> Iterator[Mention]:
    for target in RULE.finditer(text.content):
        line = text.line(target.start())
        for name in _reads(text, target[1]):
            yield Mention("argument", f"{target[1]} {name}", text.path, line, "defines")
        for name in re.findall(r"(?<![\w-])([A-Z][A-Z0-9_]*)=", target[3] or ""):
            yield Mention("argument", f"{target[1]} {name}", text.path, line)
            yield Mention("make variable", name, text.path, line, "defines")
    for variable in re.finditer(r"^([A-Z]+)\s*[?:+]?=", text.content, re.MULTILINE):
        yield Mention("argument", variable[1], text.path, text.line(variable.start()), "defines")


@cache
def _reads(text: Text, name: str) -> frozenset[str]:
    # The variables of a recipe, and of the recipes of what it needs; make refuses circles.
    rules = [rule for rule in RULE.finditer(text.content) if rule[1] == name]
    needed = [_reads(text, each) for rule in rules for each in rule[2].split() if each != name]
    return frozenset(READ.findall("".join(rule[4] for rule in rules))).union(*needed)
