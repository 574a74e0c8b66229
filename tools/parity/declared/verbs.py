"""Where verbs and tools are named without the word make before them."""

# Part of the file's path, and a pattern whose group holds the words.
LISTS = (
    (".github/workflows/", r"\bverb[\"']?\s*:\s*(\[[^\]]*\]|(?:\n\s*-.*)+)"),
    (".github/workflows/", r"fromJSON\(.(\[.*?\]).\)\s*,\s*matrix\.verb"),
    (".github/workflows/", r"\bmatrix\.verb\s*==\s*[\"'](.*?)[\"']"),
    (".ci/run", r"\bfor verb in ([^;]*);"),
    ("flake.nix", r"\bgenAttrs\s*\[([^\]]*)\]"),
    ("flake.nix", r"\bverb pkgs (\"[^\"]*\")"),
    ("Makefile", r"^[a-z0-9-]+:(?!=)([^#\n]*)"),
    ("Makefile", r"^\.DEFAULT_GOAL\s*:=(.*)"),
    ("Makefile", r"\$\(STACK\) ([\w-]+)"),
    ("Makefile", r"\$\(MAKECMDGOALS\),([\w-]+)\)"),
)
# A file, and a pattern around the names of modules of tools.
MODULES = (
    ("Makefile", r"\$\((?:TOOLS|BARE)\)[ .]([\w-]+)"),
    ("manage.py", r"sys\.argv\[1:2\] in \((.*)\)"),
)
# After which of its words a comment makes something without make.
ENGLISH = (
    "sure",
    "it",
    "the",
    "a",
    "an",
    "them",
    "this",
    "that",
    "each",
    "every",
    "any",
    "no",
    "one",
    "sense",
    "do",
    "verb",
)
