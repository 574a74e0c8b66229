"""The whole comparison of one tree: what was understood of it, and what is wrong with it."""

from tools.parity import actions, flake, hooks, images, lock, names, pipelines, settings, verbs
from tools.parity.declared import PLACES
from tools.parity.facts import collect
from tools.parity.findings import Claim, Finding, findings
from tools.parity.places import of_places
from tools.parity.strays import strays
from tools.parity.tree import Tree

CHECKS = (
    actions.of_tree,
    flake.of_tree,
    hooks.of_tree,
    lock.of_tree,
    names.of_tree,
    pipelines.of_tree,
    settings.of_tree,
    verbs.of_tree,
)


def compare(tree: Tree) -> tuple[list[Claim], list[Finding]]:
    """Every declared span, and every finding, in the order of the files."""
    facts, found = collect(tree)
    found += of_places(PLACES, tree, facts)
    found += images.of_tree(tree, facts)
    for check in CHECKS:
        found += check(tree)
    claims = [each for each in found if isinstance(each, Claim)]
    wrong = {*findings(found), *strays(tree, claims)}
    return claims, sorted(wrong, key=lambda finding: (finding.spot.path, finding.spot.line, finding.said))
