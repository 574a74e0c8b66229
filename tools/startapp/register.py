"""The list of apps, APPS in src/project/__init__.py: its names, and its text with one more line."""

import ast

from tools.startapp.refusals import Refused

FILE = "src/project/__init__.py"


def names(source: str) -> tuple[str, ...]:
    """The apps that the file lists; raises Refused if its list cannot be read."""
    try:
        return tuple(ast.literal_eval(_value(source)))
    except (SyntaxError, ValueError) as error:
        raise Refused(f"{FILE} cannot be read: {error}") from error


def with_app(source: str, name: str) -> str:
    """The same file with the app at the end of the list; raises Refused if its form does not allow that."""
    lines = source.splitlines(keepends=True)
    lines.insert((_value(source).end_lineno or 1) - 1, f'    "{name}",\n')
    longer = "".join(lines)
    try:
        is_listed = names(longer) == (*names(source), name)
    except Refused:
        is_listed = False
    if not is_listed:
        raise Refused(f"APPS in {FILE} has to be a tuple with one name on each line and a comma after it")
    return longer


def _value(source: str) -> ast.expr:
    for node in ast.parse(source).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "APPS" for target in targets):
            value = getattr(node, "value", None)
            if isinstance(value, ast.expr):
                return value
    raise ValueError("it has no APPS")
