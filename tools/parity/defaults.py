"""The defaults of the settings, read without importing them: parity works before anything is installed."""

import ast
from functools import cache

from tools.parity.tree import Spot, Text

Defaults = dict[str, tuple[str, Spot]]


@cache
def defaults(config: Text) -> Defaults:
    """Each variable of the class Settings, with its default as .env writes it and its line."""
    module = ast.parse(config.content)
    names = {
        target.id: statement.value
        for statement in module.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    kinds = [node for node in module.body if isinstance(node, ast.ClassDef) and node.name == "Settings"]
    fields = [node for kind in kinds for node in kind.body if isinstance(node, ast.AnnAssign)]
    return {
        ast.unparse(field.target).upper(): (written(value, names), Spot(config.path, field.lineno))
        for field in fields
        for value in default(field)
    }


def default(field: ast.AnnAssign) -> list[ast.expr]:
    """The first argument of Field, or the one that is called default; nothing for what is private."""
    if not isinstance(field.value, ast.Call) or ast.unparse(field.target).startswith("_"):
        return []
    return [*field.value.args, *(word.value for word in field.value.keywords if word.arg == "default")][:1]


def written(value: ast.expr, names: dict[str, ast.expr]) -> str:
    """As a line of .env: the inner value of Path and SecretStr, tuples with commas, truth as 0 and 1."""
    if isinstance(value, ast.Name):
        return written(names[value.id], names)
    if isinstance(value, ast.Call):
        return written(value.args[0], names)
    plain = ast.literal_eval(value)
    if isinstance(plain, tuple):
        return ",".join(map(str, plain))
    return str(int(plain)) if isinstance(plain, bool) else str(plain)
