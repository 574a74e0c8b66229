"""The whole comparison of one tree: names that nothing defines, and what does not agree."""

from collections.abc import Iterator

from tools.parity.agreements import findings
from tools.parity.forms import DECLARED, FOREIGN
from tools.parity.known import Names, absent_parts
from tools.parity.readers import mentions
from tools.parity.tree import Finding, Mention, Tree, fits

# Endings by which an ordinary word differs from a name.
ENDINGS = {"s", "d", "ed", "ing", "er"}


def compare(tree: Tree) -> tuple[int, list[Finding]]:
    """How many names were compared, and every finding in the order of the files."""
    unread = " ".join([*DECLARED["history"], *absent_parts(tree)])
    tree = Tree({path: text for path, text in tree.texts.items() if not fits(path, unread)}, tree.files)
    read = [mentions(text) for text in tree.texts.values()]
    names = [each for found, _ in read for each in found]
    problems = [each for _, broken in read for each in broken]
    problems += [*([] if problems else findings(tree)), *_undefined(Names(tree, names), names)]
    return len(names), sorted(set(problems))


def _undefined(names: Names, mentions: list[Mention]) -> Iterator[Finding]:
    for each in mentions:
        if each.role not in {"defines", "local", "else"} and not names.is_known(each):
            near = names.nearest(each)
            short, long = sorted((each.name, near), key=len)
            if each.role != "perhaps" or (near and long.removeprefix(short) not in ENDINGS):
                yield _finding(names, each, near)


def _finding(names: Names, each: Mention, near: str) -> Finding:
    known = names.defined[each.kind]
    near = next(iter(known)) if len(known) == 1 else near
    hint = f"; did you mean {near}?" if near else ""
    declare = f'add "{each.kind}"."{each.name}" = "<why>" to {FOREIGN}'
    place = f"{known[near].path}:{known[near].line}" if near in known else ""
    is_value = " of " in each.kind and place
    fix = f"write {near}, or change {place}" if is_value else f"write a name that exists; if it is foreign, {declare}"
    return Finding(each.path, each.line, f"there is no {each.kind} {each.name}{hint}", fix, place)
