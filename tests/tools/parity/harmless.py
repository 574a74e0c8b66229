"""Edits that a fork makes and that contradict nothing: each is a file, words of it, and what stands there instead.

Without words the text is put at the end of the file, which may be a new one.
"""

Edit = tuple[str, str, str]
STACK, README, GUIDE, DEPLOY = "docker-compose.yml", "README.md", "CONTRIBUTING.md", "docs/deploy.md"
MAKE, IMAGE, MANIFEST, EXAMPLE = "Makefile", "Dockerfile", "pyproject.toml", ".env.example"
CONFIG, HOOKS, CI, FLAKE = "src/core/config.py", ".pre-commit-config.yaml", ".github/workflows/check.yml", "flake.nix"
PINNED = "@3d3c42e5aac5ba805825da76410c181273ba90b1  # v7.0.1"
SERVICE = """services:
  minio:
    image: quay.io/minio/minio:2025.9.7
    ports: ["127.0.0.1:9001:9001"]
    environment:
      MINIO_ROOT_USER: shop
      MINIO_ROOT_PASSWORD: short
    volumes: ["objects:/data/objects"]
    networks: [inside]
"""
HOOK = """      - id: json
        name: JSON
        entry: python3 tools/run.py check-json
        language: system
        files: \\.json$
      - id: large-files"""
WORKFLOW = f"""name: pages
on: [push]
jobs:
  pages:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout{PINNED}
      - run: echo "$TOKEN" && ./publish.sh
        env:
          TOKEN: none
"""

EDITS: dict[str, Edit] = {
    # One's own services, images, ports and volumes
    "a service": (STACK, "services:\n", SERVICE),
    "a volume for it": (STACK, "volumes:\n  cache:\n", "volumes:\n  objects:\n  cache:\n"),
    "a service in a file of its own": ("compose.shop.yml", "", SERVICE + "volumes:\n  objects:\n"),
    "a port of another service": (
        STACK,
        "    image: redis:8",
        '    ports: ["127.0.0.1:6380:6379"]\n    image: redis:8',
    ),
    "a port that is exposed": (STACK, "    image: redis:8", '    expose: ["6379"]\n    image: redis:8'),
    "a variable of a foreign image": (
        STACK,
        "      POSTGRES_DB: golden\n",
        "      POSTGRES_DB: golden\n      PGTZ: UTC\n",
    ),
    "a label": (STACK, "    image: redis:8", "    labels: {shop.example: redis}\n    image: redis:8"),
    "a network": (STACK, "networks:\n", "networks:\n  edge:\n"),
    "a limit": (STACK, "mem_limit: 256m", "mem_limit: 300m"),
    "a profile": (STACK, "    image: redis:8", "    profiles: [shop]\n    image: redis:8"),
    "the name of an image": (STACK, "image: golden-core:dev", "image: shop:dev"),
    "an image with a digest": (STACK, "redis:8-bookworm", f"redis:8-bookworm@sha256:{'0a' * 32}"),
    "a remark in the stack": (STACK, "services:\n", "services:\n  # The first one runs once, in 3.9 s.\n"),
    "a list instead of brackets": (STACK, "networks: [inside, outside]", "networks:\n    - inside\n    - outside"),
    "a mapping instead of a list": (STACK, "    networks: [outside]\n", "    networks:\n      outside: {}\n"),
    "other quotation marks": (STACK, '"storage:/data"', "'storage:/data'"),
    "a stage of the image": (IMAGE, "FROM base AS dev", "FROM base AS docs\nRUN echo docs\n\nFROM base AS dev"),
    "an image to copy from": (
        IMAGE,
        "FROM base AS dev",
        "FROM base AS dev\nCOPY --from=node:24.1.0 /usr/local /opt/node",
    ),
    "a package of Debian": (IMAGE, "git jq less", "git jq less nano"),
    "a build argument": (IMAGE, "ARG UID=1000", "ARG SHOP=none\nARG UID=1000"),
    "an own Dockerfile": ("docs/site/Dockerfile", "", "FROM nginx:1.29.1\nCOPY index.html /usr/share/nginx/html/\n"),
    # One's own apps, settings, commands
    "an app": ("src/apps/shop/__init__.py", "", '"""Sells lamps."""\n'),
    "an app's route": ("src/apps/shop/routes.py", "", '@routes("/lamps/<uuid:lamp_id>")\nclass Lamp: ...\n'),
    "an app's setting": (
        "src/apps/shop/config.py",
        "",
        'class ShopSettings(Section):\n    model_config = SettingsConfigDict(env_prefix="SHOP_")\n    limit: int = 7\n',
    ),
    "a line in APPS": ("src/project/__init__.py", "<name>\n", '<name>\n    "shop",\n'),
    "a module": ("src/core/lamps.py", "", '"""Lamps."""\n'),
    "a default that nothing repeats": (
        CONFIG,
        'Field(8, gt=0, description="connections',
        'Field(8, gt=0, description="links',
    ),
    "a test": ("tests/test_shop.py", "", 'def test_it() -> None:\n    assert "make lamps" and "src/core/none.py"\n'),
    "a tool": ("tools/lamps.py", "", '"""Counts lamps."""\n'),
    # Verbs
    "a verb": (MAKE, "", '\n.PHONY: lamps\nlamps: setup ## count lamps (COLOUR=red)\n\t@echo "$(COLOUR)"\n'),
    "a verb without help": (MAKE, "", "\n.PHONY: lamps\nlamps:\n\t@echo lamps\n"),
    "a variable of make": (MAKE, "BIN := ", "SHOP := shop\nBIN := "),
    "a remark in the Makefile": (MAKE, "BIN := ", "# Whoever makes sure of it makes it twice.\nBIN := "),
    "a verb with two needs": (MAKE, "", "\n.PHONY: lamps\nlamps: lint types\n"),
    # Workflows and hooks
    "a workflow": (".github/workflows/pages.yml", "", WORKFLOW),
    "a workflow in a container": (
        ".github/workflows/pages.yml",
        "",
        WORKFLOW.replace("    steps", "    container: node:24.1.0\n    steps"),
    ),
    "a workflow of two jobs": (
        ".github/workflows/pages.yml",
        "",
        WORKFLOW + "  more:\n    needs: pages\n    runs-on: macos-15\n",
    ),
    "a job": (CI, "  all:\n", "  lamps:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo lamps\n\n  all:\n"),
    "a step": (CI, "      - run: make matrix", "      - run: echo lamps\n      - run: make matrix"),
    "a longer time": (CI, "timeout-minutes: 30", "timeout-minutes: 35"),
    "verbs in another order": (CI, "[lint, types, imports", "[types, lint, imports"),
    "another time of the night": (".github/workflows/fresh.yml", "17 3 * * *", "41 2 * * *"),
    "a hook": (HOOKS, "      - id: large-files", HOOK),
    "the name of a hook": (HOOKS, "name: large files", "name: files that are too large"),
    # The manifest and the settings
    "the project's name": (MANIFEST, 'name = "golden-core"', 'name = "shop"'),
    "its description": (MANIFEST, 'description = "', 'description = "Lamps. '),
    "its version": (MANIFEST, "\nversion = ", "\nurls = {}\nversion = "),
    "its authors": (MANIFEST, "readme = ", 'authors = [{ name = "Ada" }]\nreadme = '),
    "a value of the environment": (MANIFEST, "[tool.environment]\n", '[tool.environment]\nnode = "24.1.0"\n'),
    "a tool's table": (MANIFEST, "", "\n[tool.shop]\nlamps = 3\n"),
    "a rule of ruff": (MANIFEST, "max-args = 5", "max-args = 4"),
    "a variable of Compose": (STACK, "    image: redis:8", '    labels: ["${COMPOSE_PROFILES:-}"]\n    image: redis:8'),
    "a sentence in .env.example": (EXAMPLE, "", "# Each of the 2 needs 30 to 60 MB.\n"),
    "a line of .gitignore": (".gitignore", "", "/scratch/\n*.swp\n"),
    "a line of .dockerignore": (".dockerignore", "", "src/**/README.md\n"),
    "a tool of nixpkgs that is declared": (FLAKE, "pkgs.git\n", "pkgs.git\n        pkgs.coreutils\n"),
    "a remark in the flake": (FLAKE, "  outputs =", "  # The 1st of 2 parts.\n  outputs ="),
    "an attribute of the editor": (
        ".devcontainer/devcontainer.json",
        '"editor.formatOnSave": true',
        '"editor.formatOnSave": false',
    ),
    "an extension": (
        ".devcontainer/devcontainer.json",
        '"timonwong.shellcheck"',
        '"timonwong.shellcheck", "shop.lamps"',
    ),
    "a remark in the devcontainer": (".devcontainer/devcontainer.json", "{\n", "{\n  // the stack's own service\n"),
    "a service that starts with it": (".devcontainer/devcontainer.json", '["dev"]', '["dev", "redis"]'),
    "a forwarded port of the stack": (".devcontainer/devcontainer.json", "[8000,", "[8000, 3000,"),
    # Documents
    "numbers in prose": (
        README,
        "",
        "\nIn 2019 we had 3.7 servers on 8080, Redis 6 and PostgreSQL 12 beside Python 2.7.\n",
    ),
    "a version in prose": (README, "", "\nThanks to Python 3.9 for having been there, and to Debian 11.\n"),
    "a price": (README, "", "\nA lamp costs 19.90, and with version 2.5.0 it costs 18000.\n"),
    "an English sentence": (README, "", "\nWe make sure that it works, and make the tests pass.\n"),
    "a block of text": (README, "", "\n```text\nmake coffee, make it strong\n```\n"),
    "a foreign address": (README, "", "\nSee <https://example.org:8443/a/b> and http://docs.example.org/jobs.\n"),
    "a foreign path": (README, "", "\nIt reads `/etc/hosts`, `~/.config/shop` and `/usr/share/lamps`.\n"),
    "a foreign file": (README, "", "\nPut it into `values.yaml` or `kustomization.yaml` of your chart.\n"),
    "a foreign command": (README, "", "\n    kubectl apply -f lamps.yaml && helm install lamps ./lamps\n"),
    "a picture of other things": (README, "", "\n```\nlamp ──▶ switch ──▶ light\n```\n"),
    "a setting of one's own shell": (
        README,
        "",
        '\n```sh\nTOKEN=$(pass token)\ncurl -H "X: $TOKEN" localhost:8000/docs\n```\n',
    ),
    "another port on the command line": (README, "", "\n    make run PORT=9000\n"),
    "an interpreter of the matrix": (README, "", "\n    make test PYTHON=python3.12\n"),
    "a verb that exists": (README, "", "\nThen `make lint types` and `make chaos SHORT=1`.\n"),
    "a route that exists": (README, "", "\n`curl localhost:8000/health/live` answers, and so does `/metrics`.\n"),
    "a job's address": (README, "", "\n`GET /jobs/{id}/events` and `curl localhost:8000/jobs/<id>`.\n"),
    "a module that exists": (README, "", "\nRead `core.jobs.states` and `tools.stack`.\n"),
    "a function of a module": (README, "", "\nCall `core.factory.build_app` once.\n"),
    "a constant": (README, "", "\n`SECRET_CHARACTERS` is its length.\n"),
    "a link": (README, "", "\n[Deploying](docs/deploy.md#secrets), [elsewhere](https://example.org).\n"),
    "words in capitals": (README, "", "\n`SIGTERM` ends it; `BEGIN` and `COMMIT` are SQL; HTTP and `TLS` too.\n"),
    "a title": (README, "# ", "# Shop: "),
    "a new document": ("docs/shop.md", "", "# Shop\n\nLamps in 12 colours, 3.5 kg each.\n"),
    "a document with a figure": ("docs/shop.md", "", "| lamps | 8000 |\n|---|---|\n| red | 3.11 |\n"),
    "a drawn tree": ("docs/shop.md", "", "```\nsrc\n├── apps\n│   └── __init__.py\n└── core\n    └── config.py\n```\n"),
    "a row of a table": ("ARCHITECTURE.md", "| click |", "| redis | again |\n| click |"),
    "an entry of the history": (
        "CHANGELOG.md",
        "",
        "\n- `make lamps` and `src/core/lamps.py` are gone, as is `LAMPS_URL`.\n",
    ),
    "a paragraph less": (GUIDE, "\n## ", "\n### "),
    "another way to say it": (DEPLOY, "# ", "# How to go on: "),
    # Files that are none of parity's business
    "a scratch file": ("scratch.txt", "", "redis:7 make lamps localhost:1234 src/core/none.py\n"),
    "data": ("benchmarks/results.json", "", '{"python": "3.9", "redis": "7"}\n'),
    "a lock of others": ("package-lock.json", "", '{"lockfileVersion": 3, "node": "18.0.0"}\n'),
    "a script": ("scripts/count.sh", "", "make lamps; curl localhost:1234\n"),
    "a chart": ("deploy/kubernetes/values.txt", "", "image: redis:7\nport: 6380\n"),
    "a notebook": ("notebooks/lamps.ipynb", "", '{"python": "3.9", "url": "http://lamps:1234"}\n'),
    "an own configuration": ("mkdocs.yml", "", "site_name: Shop\nextra: !ENV [LAMPS, none]\n"),
    "a page": ("docs/index.html", "", "<code>make lamps</code>\n"),
    "an owner's file": (".github/CODEOWNERS", "", "* @shop\n"),
    "a list of updates": (".github/dependabot.yml", "", "version: 2\nupdates: []\n"),
    "a template of issues": (".github/ISSUE_TEMPLATE/bug.md", "", "Which version of Python? 3.9? `python --version`\n"),
}
