"""Changes of structure: two values that change places, and members that a list loses."""

import re
from collections.abc import Iterator

from tools.parity.tree import Tree

from tests.tools.parity.mutant import Mutant

# Two groups in one file that change places.
SWAPS = (
    ("Dockerfile", r"^FROM python:(3\.11)\S* AS python-3\.11\nFROM python:(3\.12)"),
    ("Dockerfile", r"AS python-(3\.12)\nFROM python:\S+ AS python-(3\.14)"),
    ("Dockerfile", r"--from=python-(3\.11) .*\n.*--from=python-(3\.12) "),
    ("Dockerfile", r"/opt/python/(3\.12)\n.*/opt/python/(3\.14)$"),
    ("Dockerfile", r"^FROM python:(3\.14)\S*[^\n]*\n\nFROM python:(3\.13)"),
    ("Dockerfile", r"AS (packages)\n(?s:.*?)AS (code)$"),
    ("docker-compose.yml", r"liveness, (web)\](?s:.*?)liveness, (worker)\]"),
    ("docker-compose.yml", r"liveness, (worker)\](?s:.*?)liveness, (beat)\]"),
    ("docker-compose.yml", r"command: \[run, (web)\](?s:.*?)command: \[run, (worker)\]"),
    ("docker-compose.yml", r"target: (prod)(?s:.*)target: (dev)"),
    ("docker-compose.yml", r"@(postgres):5432(?s:.*?)@(redis):6379"),
    ("docker-compose.yml", r"@postgres:(5432)(?s:.*?)@redis:(6379)"),
    ("docker-compose.yml", r"golden:\$\{(COMPOSE_POSTGRES_PASSWORD)(?s:.*?):\$\{(COMPOSE_REDIS_PASSWORD)"),
    ("docker-compose.yml", r"image: (redis):8(?s:.*)image: (postgres):17"),
    ("docker-compose.yml", r"image: redis:(8)(?s:.*)image: postgres:(17)"),
    ("docker-compose.yml", r"PROMETHEUS_PORT:-(9090)(?s:.*)GRAFANA_PORT:-(3000)"),
    ("docker-compose.yml", r"9090\}:(9090)(?s:.*)3000\}:(3000)"),
    ("docker-compose.yml", r"image: prom/prometheus:v(3\.\S+)(?s:.*)image: grafana/grafana:(1\S+)"),
    ("docker-compose.yml", r"- (redis):/data|(?!)"),
    (".env.example", r"^#(COMPOSE_POSTGRES_PASSWORD)(?s:.*)#(COMPOSE_IMAGE)="),
    (".env.example", r"PROMETHEUS_PORT=(\d+)\n.*GRAFANA_PORT=(\d+)"),
    (".env.example", r"WEB_WORKERS=(\d+)(?s:.*)WEB_THREADS=(\d+)"),
    (".devcontainer/devcontainer.json", r"\"postgres:(5432)\", \"redis:(6379)\""),
    (".devcontainer/devcontainer.json", r"\"(postgres):5432\": (?s:.*)\"(redis):6379\":"),
    ("pyproject.toml", r"^redis = \"(\d+)\"\npostgresql = \"(\d+)\""),
    ("pyproject.toml", r"^prometheus = \"(\S+)\"\ngrafana = \"(\S+)\""),
    ("deploy/observability/prometheus.yml", r"names: \[(web)\]|(?!)"),
    ("docs/deploy.md", r"--username=(golden) --dbname|(?!)"),
)
# A member, with what separates it from the next, that goes.
DROPS = (
    (".github/workflows/check.yml", r"(?<=verb: \[)((?:lint|types), )"),
    (
        ".github/workflows/check.yml",
        r"(imports, )|(lock-check, )|(parity, )|( test,)|(bare-core, )|(chaos, )|(image, )|(, e2e)(?=\])",
    ),
    (".github/workflows/check.yml", r"^( +3\.1[124]\n)|(      - run: make matrix\n)"),
    (
        ".ci/run",
        r"(?<=verb in)( setup)? ?(?:(lint )|(types )|(imports )|(lock-check )|(parity )|(test )|(matrix )|(bare-core))",
    ),
    (".ci/run", r"(lint )(?=types)|(types )(?=imports)|(imports )|(lock-check )|(parity )(?=test)"),
    (".ci/run", r"(test )(?=matrix)|(matrix )(?=bare)|( bare-core)(?=;)"),
    (".ci/run", r"(step make chaos SHORT=1\n)|(  step timeout 10m make image\n)|(  step timeout 40m make e2e\n)"),
    ("Makefile", r"(?<=^check:)( lint)|( types)(?= imports lock-check parity test:)|( imports)(?= lock)"),
    ("Makefile", r"( lock-check)(?= par)|( parity)(?= test:)|( test)(?=: ##)"),
    ("Makefile", r"(types,)(?=imports)|(imports,)(?=lock,)|(lock,)(?=parity )|(,parity)(?= \")"),
    ("tox.ini", r"(py311, )|(py312, )|(py313, )|(, py314)|( --require-hashes)"),
    ("pyproject.toml", r"^(  \"Programming Language :: Python :: 3\.1\d\",\n)"),
    ("pyproject.toml", r"(\"3\.11\", )|(\"3\.12\", )|(\"3\.13\", )(?=\"3\.14\"\])|(, \"3\.14\")(?=\])"),
    ("pyproject.toml", r"^((?:redis|postgresql|prometheus|grafana|jaeger|debian|nixpkgs|uid|poetry) = \"\S+\".*\n)"),
    ("pyproject.toml", r"^(  \"(?:flask|celery|redis|pydantic|structlog|click|alembic) \(.*\",\n)"),
    ("Dockerfile", r"^(FROM python:3\.1[124].*\n)|^(COPY --link --from=python-3.*\n)|(:/opt/python/3\.1[124]/bin)"),
    ("Dockerfile", r"( --require-hashes)"),
    (".env.example", r"^(#[A-Z_]+=.*\n)"),
    (
        ".dockerignore",
        r"^(\*\n)|^(!(?:manage\.py|pyproject\.toml|Makefile|requirements|src|tools|\.devcontainer/hooks)\n)",
    ),
    (".gitignore", r"^(\.env\n)|^(\.venv\*/\n)"),
    (
        "docker-compose.yml",
        r"(?<=networks: \[)(inside, )|^(  (?:inside|outside|cache|postgres|prometheus|redis|storage):\n)",
    ),
    ("docker-compose.yml", r"^(      POSTGRES_(?:USER|DB): golden\n)|(?<=pg_isready)(, --username=golden)|(?!)"),
    (".pre-commit-config.yaml", r"^(      - id: (?:types|imports|lock|parity)\n(?:        .*\n)+)"),
    ("flake.nix", r"^(        (?:test|services) = .*\n)|^(          (?:test|services)\.description.*\n)"),
)


def swaps(tree: Tree) -> Iterator[Mutant]:
    """Each pair."""
    for path, pattern in SWAPS:
        text = tree.texts[path]
        for match in re.finditer(pattern, text.content, re.MULTILINE):
            if match.lastindex == 2:
                start, end = match.start(1), match.end(2)
                value = match[2] + text.content[match.end(1) : match.start(2)] + match[1]
                yield Mutant("swap", text, start, end, value)


def drops(tree: Tree) -> Iterator[Mutant]:
    """Each member."""
    for path, pattern in DROPS:
        text = tree.texts[path]
        for match in re.finditer(pattern, text.content, re.MULTILINE):
            if match.lastindex:
                yield Mutant(
                    "lost member", text, *match.span(match.lastindex), "", match[match.lastindex].strip(" ,#!:")
                )
