"""Where names and versions stand in the files, by how these are written; knows nothing of what parity looks for."""

import fnmatch
import re
from collections.abc import Iterator

from tools.parity.tree import Text, Tree

DOCUMENTS = "*.md"
SETTINGS = "docker-compose.yml Dockerfile Makefile .ci/* .github/workflows/* flake.nix .pre-commit-config.yaml"
OTHERS = (
    f"{SETTINGS} .env.example pyproject.toml tox.ini .envrc deploy/*.yml deploy/*.ini .devcontainer/devcontainer.json"
)
# What CHANGELOG says was true on its day.
HISTORY = "CHANGELOG.md"
CODE = re.compile(r"^```.*?^```$|^    \S.*?$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
FILE = (
    r"(?<![\w/.*$}@:-])((?:[\w.-]+/)+[\w-][\w.-]*\w|[\w-]+\.(?:md|py|toml|ya?ml|nix|lock|txt)|\.env\.example)(?![\w/*])"
)

Row = tuple[str, str, str]
# A kind, files, and a pattern whose group is the name; of a document only code is looked at.
USES: tuple[Row, ...] = (
    ("verb", f"{DOCUMENTS} {SETTINGS} .env.example tox.ini", r"\bmake (?:-s )?([a-z][a-z0-9-]*)"),
    ("verb", "Makefile", r"^\.PHONY: (\S+)|^check: (\w+)|^[a-z-]+: (setup)\b|\$\(STACK\) (\w+)|GOAL := (\w+)"),
    ("verb", "flake.nix", r'\bverb pkgs "(\w+)"|genAttrs \[ "(\w+)"|"(doctor)"'),
    ("verb", ".ci/run", r"for verb in (?:\S+ )*?(lint|types|imports|lock-check|parity|test|matrix|bare-core)[ ;]"),
    ("env", f"{DOCUMENTS} {OTHERS}", r"(?<![\w.])([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b"),
    (
        "env",
        f"{DOCUMENTS} docker-compose.yml Dockerfile .env.example",
        r"(?<![\w.])(HOST|PORT|APPS|METRICS|RELOAD|ENVIRONMENT)(?=[=`:])",
    ),
    ("argument", f"{DOCUMENTS} {SETTINGS}", r"\bmake [a-z][a-z -]* ([A-Z]+)="),
    ("argument", "Makefile", r"(?<!\$)\$\((?:if \$\(|or \$\()?([A-Z]+)[),]|(?<=\()(SHORT|GROUP|PACKAGE|ARGS|A)="),
    ("command", f"{DOCUMENTS} Makefile", r"\bmanage\.py ([a-z]+ ?[a-z]*)(?= |`|$|\"|\))"),
    ("option", DOCUMENTS, r"\bmanage\.py [^`\n]*(--[a-z]+)"),
    ("module", f"{DOCUMENTS} {OTHERS}", r"(?<![\w./@-])((?:core|tools|tests|benchmarks|apps|project)(?:\.\w+)+)"),
    ("path", f"{DOCUMENTS} {OTHERS}", FILE),
    (
        "service",
        DOCUMENTS,
        r"docker compose (?:exec -T|stop|up --detach --wait) (\w+)|--scale (\w+)=|--entrypoint tar (\w+)",
    ),
    ("service", "Makefile", r"--scale (\w+)=|ARGS=(worker)"),
    ("service", "deploy/*.yml", r"names: \[(\w+)\]"),
    ("host", f"{DOCUMENTS} {OTHERS}", r"(?:@|://)(postgres|redis|jaeger|prometheus|grafana):\d"),
    ("port", f"{DOCUMENTS} {OTHERS}", r"(?:@|://|\")(?:localhost|postgres|redis|jaeger|prometheus|grafana):(\d+)"),
    ("port", f"{DOCUMENTS} {SETTINGS}", r"(?<=[\s`])localhost:(\d+)"),
    (
        "port",
        f"{OTHERS} docs/deploy.md",
        r"EXPOSE (\d+)|\bPORT(?::|=|: )(8000)|-8000\}:(\d+)|[^-\w]port: (\d+)|\[(8000),",
    ),
    ("profile", f"{DOCUMENTS} {OTHERS}", r"COMPOSE_PROFILES=(\w+)"),
    ("route", DOCUMENTS, r"`(/(?:ui|docs|jobs|metrics|health)[\w/]*)|localhost:8000(/[\w/]*\w)"),
    ("route", ".github/workflows/*", r"localhost:8000(/[\w/]+)"),
    (
        "mount",
        f"{DOCUMENTS} {OTHERS}",
        r"--directory=(/data)|--dir (/data)|file://(/data)|UPLOAD_DIR: (/data)|safe\.directory (/\w+)",
    ),
    ("mount", "docker-compose.yml .devcontainer/*", r"\.:(/\w+)|\"workspaceFolder\": \"(/\w+)\""),
    (
        "user",
        "Dockerfile .devcontainer/devcontainer.json",
        r"--(?:owner|group|gid)[= ](golden)|\"remoteUser\": \"(\w+)\"|/home/(\w+)",
    ),
    ("account", f"{DOCUMENTS} {OTHERS}", r"--username[= ](golden)|\brole (golden)|//(golden)@|^ +(golden):\$"),
    ("account", "docker-compose.yml", r"POSTGRES_USER: (\w+)"),
    ("database", f"{DOCUMENTS} {OTHERS}", r"--dbname=(golden)|:5432/(golden)|@127\.0\.0\.1/(\w+)"),
    ("database", "docker-compose.yml", r"POSTGRES_DB: (\w+)"),
    ("flake output", DOCUMENTS, r"\.#(\w+)"),
    ("manifest key", "flake.nix", r"manifest\.([\w-]+)"),
    ("hook", "Makefile", r"SKIP=(?:\w+,)*(types|imports|lock|parity)\b"),
    ("build target", "Dockerfile", r"--from=([\w.-]+)|^FROM (base) AS"),
    ("build argument", "Dockerfile", r"\$\{?([UG]ID|VERSION|REVISION)\b"),
    (
        "package",
        "ARCHITECTURE.md",
        r"^\| (?!package )([a-z][\w-]*)(?:, [\w-]+)*(?: and its .*?)? \||^\| [\w-]+, ([\w-]+)",
    ),
    (
        "job",
        ".github/workflows/check.yml",
        r"needs: \[(\w+)|, (matrix)\]|matrix\.verb == '(\w+)'|\[\"(test)\"|\"(chaos)\"\]",
    ),
)
# The path of a name that is defined: its kind, itself, and that it is a key.
TOP = 3
KEYS = {
    "service": ("services *", "services * depends_on *"),
    "network": ("networks *", "services * networks *", "x-process networks *"),
    "volume": ("volumes *",),
}
VERSIONS: tuple[Row, ...] = (
    (
        "tag",
        SETTINGS,
        r"\b(?:python|redis|postgres|prom/prometheus|jaegertracing/jaeger|grafana/grafana):v?([\d.]+\d|\d)",
    ),
    ("tag", SETTINGS, r"\b(?:python|redis|postgres):[\w.]+?(?:-slim)?-(\w+)"),
    ("action", ".github/workflows/*", r"uses: \S+@[0-9a-f]{39}([0-9a-f])"),
    ("action", ".github/workflows/*", r"uses: actions/(?:checkout|setup-python)\S+ +# v\d+\.\d+\.(\d+)"),
    ("python", "Dockerfile", r"python-(3\.\d+)\b|/opt/python/(3\.\d+)"),
    ("python", ".github/workflows/*", r"python-version: \"([\d.]+)|^ +(3\.\d+)$"),
    ("python", "tox.ini", r"\bpy(3\d+)"),
    (
        "python",
        "pyproject.toml",
        r"Python :: (3\.\d+)|>=(3\.\d+),|<(3\.\d+)\"|\"py(3\d+)\"|python_version = \"([\d.]+)",
    ),
    ("python", DOCUMENTS, r"Python (3\.\d+) or newer"),
    ("python", f"{DOCUMENTS} .ci/run", r"python(3\.\d+)|#py(3\d+)|MATRIX_ABSENT-(3\.\d+)"),
    (
        "uid",
        "Dockerfile docker-compose.yml docs/*.md .env.example",
        r"--[ug]id (\d+)|USER (\d+)|ID:-(\d+)|G?UID=(\d+)|(?:runAsUser|fsGroup): (\d+)",
    ),
    ("nixpkgs", "flake.nix flake.lock", r"nixos-([\d.]+)|\"rev\": \"[0-9a-f]{39}([0-9a-f])"),
    ("lock", "poetry.lock", r"generated by Poetry ([\d.]+)|^content-hash = \"\w{63}(\w)"),
    ("lock", "requirements/lock.txt", r"^poetry==([\d.]+)"),
    (
        "manifest",
        "pyproject.toml",
        r"^(?:redis|postgresql|prometheus|grafana|jaeger|debian|uid|nixpkgs|poetry) = \"([^\"]+)\"",
    ),
    ("range", "pyproject.toml", r"^  \"[a-z][\w-]*(?:\[\w+\])? \(>=(\d+)"),
    (
        "default",
        ".env.example",
        r"^#(?:HOST|PORT|\w+_PASSWORD|STOP_GRACE|\w*WORKERS|\w+_PORT|\w+_IMAGE|COMPOSE_\w+|MAX_\w+|SECRET_KEY)=(\w\S*)",
    ),
    ("default", "docker-compose.yml", r"\$\{[A-Z_]+:-([\w.:-]+)\}"),
    ("limit", ".editorconfig .taplo.toml .yamllint.yaml", r"max_line_length = (\d+)|column_width = (\d+)|max: (\d+)"),
    ("limit", "docs/deploy.md", r"STOP_GRACE \((\d+)\)|livenessProbe.*periodSeconds: (\d+)"),
    ("probe", "docker-compose.yml", r"^  (?:interval|timeout): (\d+)s|^  retries: (\d+)"),
)


def texts(tree: Tree, files: str) -> Iterator[Text]:
    """Those that people write."""
    for path, text in sorted(tree.texts.items()):
        if (
            any(fnmatch.fnmatch(path, each) for each in files.split())
            and path not in HISTORY
            and "/tests/" not in f"/{path}"
        ):
            yield text


def places(tree: Tree, rows: tuple[Row, ...]) -> Iterator[tuple[str, Text, int, int]]:
    """Where the patterns find names: in code of documents, anywhere in other files."""
    for kind, files, pattern in rows:
        for text in texts(tree, files):
            regions = [match.span() for match in CODE.finditer(text.content)] if text.path.endswith(".md") else []
            is_prose = kind == "package" or "or newer" in pattern
            for match in re.finditer(pattern, text.content, re.MULTILINE):
                group = match.lastindex or 0
                start, end = match.span(group)
                if not text.path.endswith(".md") or is_prose or any(low <= start < high for low, high in regions):
                    yield kind, text, start, end
