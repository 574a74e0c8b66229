"""What is defined, kind by kind, and what each kind takes for known."""

import fnmatch
import re
from collections import defaultdict
from collections.abc import Callable
from difflib import SequenceMatcher
from functools import cache

from tools.parity.forms import DECLARED, declared
from tools.parity.structures import TAG
from tools.parity.tree import Mention, Tree, fits

# How much alike two names are if one is meant to be the other; so much if a pattern of foreign names fits it as well.
NEAR, ALIKE, FAR = {"verb": 0.75, "env": 0.75, "word in capitals": 0.75}, 0.9, 4
GENERATED = re.compile(
    r"(^|/)(var|dist|backup|result|\.venv[\w-]*|\.env|\.git|\.tox|\.direnv|\.\w+_cache)(/|$)|[<>…{}]"
)
# Kinds whose names may be of another kind, and kinds that count only if something decides them.
ALSO = {"host": {"service"}, "env": {"make variable", "listed variable"}, "word in capitals": {"env", "constant"}}
OPTIONAL = ("default of ", "version of ")


class Names:
    """The names of one tree."""

    def __init__(self, tree: Tree, mentions: list[Mention]) -> None:
        self.tree, self.absent = tree, absent_parts(tree)
        self.similar: dict[str, frozenset[str]] = {}
        self.defined: dict[str, dict[str, Mention]] = defaultdict(dict)
        self.local = {(each.kind, each.name, each.path) for each in mentions if each.role == "local"}
        for role in ("defines", "offers", "else"):
            decided = set(self.defined) if role != "defines" else set()
            for each in mentions:
                if each.role == role and each.kind not in decided:
                    self.defined[each.kind].setdefault(each.name, each)
        prefixes = {each.path: each.name for each in self.defined["route prefix"].values()}
        for each in self.defined["route"].values():
            app = re.match(r"src/apps(/\w+)/", each.path)
            self.defined["URL"][(app[1] if app else prefixes.get(each.path, "")) + each.name] = each

    def is_known(self, each: Mention) -> bool:
        """Defined anywhere, or in its own file, or declared, or of a part that is left out."""
        known = KNOWN.get(each.kind)
        return (
            each.name in self.defined[each.kind]
            or (each.kind, each.name, each.path) in self.local
            or any(each.name in self.defined[kind] for kind in ALSO.get(each.kind, ()))
            or (each.kind.startswith(OPTIONAL) and not self.defined[each.kind])
            or (known is not None and known(self, each))
            or self._is_declared(each)
            or any(fnmatch.fnmatchcase(each.name, pattern) for pattern in self.absent)
        )

    def _is_declared(self, each: Mention) -> bool:
        # By its name, or by a pattern if it is not almost a name.
        patterns = declared(each.kind).union(*map(declared, ALSO.get(each.kind, ())))
        fitting = [pattern for pattern in patterns if fnmatch.fnmatchcase(each.name, pattern)]
        return each.name in fitting or (bool(fitting) and not self.nearest(each, ALIKE))

    def nearest(self, each: Mention, least: float = 0) -> str:
        """The name, defined or declared, that is most like it, if one is."""
        if each.kind.endswith("path"):
            names = _files(self.tree.paths, each.name)
        else:
            names = self.similar[each.kind] = self.similar.get(each.kind) or self._candidates(each.kind)
        return _closest(each.name, names, least or NEAR.get(each.kind, 0.8))

    def _candidates(self, kind: str) -> frozenset[str]:
        if kind in {"route", "URL"}:
            return frozenset("/".join(name.split("/")[:size]) for name in self.defined["URL"] for size in range(2, 6))
        kind = "env" if kind == "word in capitals" else kind
        names = frozenset(self.defined[kind]) | {name for name in declared(kind) if "*" not in name}
        return _modules(self.tree.files) if kind == "module" else names


def absent_parts(tree: Tree) -> tuple[str, ...]:
    """The files and names of parts that are left out: by [tool.environment], or by the absence of their files."""
    manifest = "".join(text.content for text in tree.matching("pyproject.toml"))
    without = re.findall(r'"([\w-]+)"', "".join(re.findall(r"^without = \[([^\]]*)\]", manifest, re.MULTILINE)))
    files, names = DECLARED["files"], DECLARED["names"]
    absent = [
        part for part in files if part in without or not any(fits(path, files[part].split()[0]) for path in tree.files)
    ]
    return tuple(pattern for part in absent for pattern in f"{files[part]} {names[part]}".split())


@cache
def _files(paths: frozenset[str], name: str) -> frozenset[str]:
    # Of a name with a folder all paths, else their last parts; those with its ending, if there are any.
    if "/" in name:
        return paths | {path.removeprefix("src/") for path in paths}
    found = frozenset(path.rpartition("/")[2] for path in paths)
    return frozenset(base for base in found if base.endswith(re.sub(r".*(?=\.)", "", name))) or found


@cache
def _modules(files: frozenset[str]) -> frozenset[str]:
    names = (re.sub(r"^src/|(/__init__)?\.py$", "", name) for name in files if name.endswith(".py"))
    return frozenset(name.replace("/", ".") for name in names)


@cache
def _closest(name: str, names: frozenset[str], least: float) -> str:
    ends = {name[:2], name[-2:]}
    similar = [other for other in names if abs(len(name) - len(other)) < FAR and ends & {other[:2], other[-2:]}]
    best = max(((_ratio(name, other), other) for other in similar), default=(0, ""))
    return best[1] if best[0] >= least else ""


@cache
def _ratio(name: str, other: str) -> float:
    return SequenceMatcher(None, name, other).ratio()


def _path(names: Names, each: Mention) -> bool:
    # From the root, from src, beside the file, or, without a folder, anywhere; what tools make is in no clone.
    name, folder = re.sub(r"^(\.\./)+|[/.]$", "", each.name), each.path.rpartition("/")[0]
    if GENERATED.search(name) or name in _files(names.tree.paths, ""):
        return True
    return not {name, f"src/{name}", f"{folder}/{name}"}.isdisjoint(names.tree.paths)


def _module(names: Names, each: Mention) -> bool:
    # A module, or a name that one of them holds.
    parts = each.name.split(".")
    for size in range(len(parts), 0, -1):
        place = "/".join(parts[:size])
        for file in (f"{place}.py", f"src/{place}.py", f"{place}/__init__.py", f"src/{place}/__init__.py"):
            if file in names.tree.files:
                content = names.tree.texts[file].content if file in names.tree.texts else ""
                return size == len(parts) or bool(re.search(rf"\b{parts[size]}\b", content))
    return "/".join(parts) in names.tree.paths


def _command(names: Names, each: Mention) -> bool:
    # A command, of a group perhaps; each option is one of any command.
    options = {word.partition("=")[0] for word in each.name.split() if word.startswith("--")}
    plain = [word for word in each.name.split() if not word.startswith("-")]
    known = names.defined["command"]
    members = {name.split()[1] for name in known if plain and name.startswith(f"{plain[0]} ")}
    is_member = not members or len(plain) == 1 or plain[1] in members | known.keys()
    is_named = not plain or (plain[0] in known and is_member)
    return is_named and options <= names.defined["option"].keys() | declared("option")


def _route(names: Names, each: Mention) -> bool:
    # A route, or the beginning of one if it is no address; a parameter stands for one segment. Or a folder of an image.
    given, extra = each.name.split("?")[0].rstrip("/.").split("/"), 9 if each.kind == "route" else 0
    known = [name.rstrip("/").split("/") for name in names.defined["URL"]]
    fitting = [parts for parts in known if len(given) <= len(parts) <= len(given) + extra]
    return _mount(names, each) or any(all(map(_is_segment, parts, given)) for parts in fitting)


def _is_segment(part: str, given: str) -> bool:
    # A parameter of a type takes placeholders, and what may be of that type.
    is_free = "<" in part and (":" not in part or part.startswith("<any"))
    return part == given or is_free or ("<" in part and bool(re.fullmatch(r"[<{].*|[\da-f-]+", given)))


def _mount(names: Names, each: Mention) -> bool:
    return any(f"{each.name}/".startswith(f"{known}/") for known in names.defined["mount"])


def _argument(names: Names, each: Mention) -> bool:
    # Read by a target that is named, or assigned for all of them, or a setting of what they start.
    *verbs, variable = each.name.split()
    known = names.defined["argument"].keys() | names.defined["env"].keys()
    return not known.isdisjoint([variable, *(f"{verb} {variable}" for verb in verbs)])


def _pattern(names: Names, each: Mention) -> bool:
    # Each alternative of a regular expression fits a file, of a part that is left out perhaps.
    group = re.search(r"\(([^()]*\|[^()]*)\)", each.name)
    found = [part for part in group[1].split("|") if re.search(r"\w\w", part)] if group else []
    forms = [f"{each.name[: group.start()]}(?:{part}){each.name[group.end() :]}" for part in found if group]
    return all(_is_of_any(form, names.tree.files, names.absent) for form in forms or [each.name])


@cache
def _is_of_any(form: str, files: frozenset[str], absent: tuple[str, ...]) -> bool:
    return any(re.search(form, path) for path in [*files, *absent])


KNOWN: dict[str, Callable[[Names, Mention], bool]] = {
    "path": _path,
    "drawn path": lambda names, each: (
        any(known.endswith(f"/{each.name}") for known in names.tree.paths) or _path(names, each)
    ),
    "module": _module,
    "command": _command,
    "route": _route,
    "URL": _route,
    "mount": _mount,
    "argument": _argument,
    "pattern": _pattern,
    "image reference": lambda _, each: bool(TAG.fullmatch(re.sub(r"^\$\{\w+:-|\}$", "", each.name))),
}
