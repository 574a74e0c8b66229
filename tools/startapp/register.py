"""The list of apps, APPS in src/project/__init__.py: read, and with one more line."""

import ast

from tools.startapp.refusals import Refused

FILE = "src/project/__init__.py"


def names(source: str) -> tuple[str, ...]:
    """The apps that the file lists; raises Refused where it lists none in a way that can be read."""
    try:
        listed = ast.literal_eval(_value(source))
    except (SyntaxError, ValueError) as error:
        raise Refused(f"{FILE} cannot be read: {error}") from error
    return tuple(listed)


def with_app(source: str, name: str) -> str:
    """The same file with the app at the end of the list; comments stay where they are."""
    lines = source.splitlines(keepends=True)
    lines.insert((_value(source).end_lineno or 1) - 1, f'    "{name}",\n')
    longer = "".join(lines)
    try:
        is_listed = names(longer) == (*names(source), name)
    except Refused:
        is_listed = False
    if not is_listed:
        raise Refused(f"APPS in {FILE} has to be a tuple with one name a line, a comma behind each")
    return longer


def _value(source: str) -> ast.expr:
    for node in ast.parse(source).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "APPS" for target in targets):
            found = getattr(node, "value", None)
            if isinstance(found, ast.expr):
                return found
    raise ValueError("it has no APPS")
