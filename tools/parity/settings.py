"""The classes of settings, read without importing them, and the defaults that .env.example lists."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from tools.parity.tree import Mention, Text, fits


def mentions(text: Text) -> Iterator[Mention]:
    """Variables of the environment with their defaults, and the first Python that is not supported."""
    for name, (value, line) in defaults(text).items() if fits(text.path, "src/*/config.py") else ():
        more = [("port of web", value), ("port", f"localhost:{value}")] if name == "PORT" else []
        for kind, each in (("env", name), ("listed variable", name), (f"default of {name}", value), *more):
            yield Mention(kind, each, text.path, line, "defines")
    for match in re.finditer(r"^#?(\w+)=(.*)$", text.content, re.MULTILINE) if text.path == ".env.example" else ():
        yield Mention(f"default of {match[1]}", match[2], text.path, text.line(match.start()))
    for match in re.finditer(r"^python-matrix = .*\.(\d+)\"\]", text.content, re.MULTILINE):
        yield Mention("Python beyond", f"3.{int(match[1]) + 1}", text.path, text.line(match.start()), "defines")


@cache
def defaults(text: Text) -> dict[str, tuple[str, int]]:
    """Each variable of a class of settings, with its default as .env writes it, and its line."""
    found: dict[str, tuple[str, int]] = {}
    body = ast.parse(text.content).body
    constants = {ast.unparse(node.targets[0]): node.value for node in body if isinstance(node, ast.Assign)}
    for kind in body:
        prefix = re.search(r"env_prefix='(\w+)'", ast.unparse(kind))
        for field in kind.body if isinstance(kind, ast.ClassDef) else ():
            if isinstance(field, ast.AnnAssign) and not ast.unparse(field.target).startswith("_"):
                name = (prefix[1] if prefix else "") + ast.unparse(field.target).upper()
                found[name] = _written(field.value, constants), field.lineno
    return found


def _written(value: ast.expr | None, constants: dict[str, ast.expr]) -> str:
    # As a line of .env: the inner value of Field, Path and SecretStr, tuples with commas, truth as 0 and 1.
    if isinstance(value, ast.Name):
        return _written(constants.get(value.id), constants)
    if isinstance(value, ast.Call):
        given = [*value.args, *(word.value for word in value.keywords if word.arg == "default")]
        return _written(given[0] if given else None, constants)
    if isinstance(value, ast.Tuple):
        return ",".join(_written(each, constants) for each in value.elts)
    plain = value.value if isinstance(value, ast.Constant) else ""
    return str(int(plain)) if isinstance(plain, bool) else str(plain)
