"""The house rules that no linter knows: sizes, ways around the types, patches, junk drawers."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINES_OF_A_FILE = 200
LINES_OF_A_FUNCTION = 20
# A generated table has as many lines as it has columns.
LONG_FUNCTIONS = re.compile(r"/migrations/")
ESCAPE = re.compile(r"type:\s*ignore|noqa|pragma:\s*no cover|fmt:\s*(off|skip)|pylint:|mypy:")
JUNK = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "managers"}
PATCHES = {"setattr", "setitem", "delattr", "delitem", "patch"}


def python_files() -> list[Path]:
    """Every Python file that is ours."""
    folders = [ROOT / name for name in ("src", "tools", "tests", "benchmarks")]
    return [
        ROOT / "manage.py",
        *(path for folder in folders for path in sorted(folder.rglob("*.py*")) if is_ours(path)),
    ]


def is_ours(path: Path) -> bool:
    """Source and stubs; what the interpreter compiles is not."""
    return path.suffix in {".py", ".pyi"}


def violations(path: str, source: str) -> list[str]:
    """Everything in a file that breaks a rule, as file:line: what."""
    tree = ast.parse(source)
    found = [*sizes(path, source, tree), *escapes(source), *patches(tree), *junk(path)]
    return [f"{path}:{line}: {what}" for line, what in found]


def sizes(path: str, source: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Small: a file fits into an afternoon, a function onto a screen."""
    lines = len(source.splitlines())
    if lines > LINES_OF_A_FILE and not path.endswith(".pyi"):
        yield lines, f"{lines} lines, {LINES_OF_A_FILE} are allowed"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not LONG_FUNCTIONS.search(path):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LINES_OF_A_FUNCTION:
                yield node.lineno, f"{node.name} has {length} lines, {LINES_OF_A_FUNCTION} are allowed"


def escapes(source: str) -> Iterator[tuple[int, str]]:
    """No comment silences a check, and no cast silences mypy."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and ESCAPE.search(token.string):
            yield token.start[0], f"{token.string.strip()} silences a check"
        if token.type == tokenize.NAME and token.string == "cast" and "import cast" in token.line:
            yield token.start[0], "typing.cast silences mypy"


def patches(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """A test is handed fakes or the real thing; the process's variables and folder are not ours to be handed."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and "mock" in ast.unparse(node):
            yield node.lineno, f"{ast.unparse(node)} patches what could be handed over"
        if (
            isinstance(node, ast.Attribute)
            and node.attr in PATCHES
            and ast.unparse(node.value) in {"monkeypatch", "mocker"}
        ):
            yield node.lineno, f"{ast.unparse(node)} patches what could be handed over"


def junk(path: str) -> Iterator[tuple[int, str]]:
    """A drawer without a name collects everything."""
    if JUNK & {Path(path).stem, *Path(path).parts} and not path.startswith("tools/typings/"):
        yield 1, "a module is named by what it is for"
