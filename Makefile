# The verbs of this project. People, hooks and CI call these and nothing else.
#
#   make <verb> PYTHON=python3.12   with another interpreter; it is kept until you name another one
#   make <verb> VENV=<folder>       with another folder for the virtual environment

VENV ?= .venv
# The environment's own interpreter if it runs, so that PYTHON has to be given once.
ifeq ($(origin PYTHON),undefined)
PYTHON := $(shell "$(VENV)/bin/python" -ISc "" 2>/dev/null && echo "$(VENV)/bin/python" || echo python3)
endif
# Empty: the Poetry that requirements/lock.txt pins, in an environment of its own.
POETRY ?=

BIN := $(VENV)/bin
TOOLS := "$(BIN)/python" -m tools
# For verbs that need no environment.
BARE := "$(PYTHON)" -m tools
# Any Python 3 will do: the stack needs Docker and no environment.
STACK := $(BARE).stack
# A Python with f-strings can parse the tools that explain what is missing.
RUNS = "$(PYTHON)" -c "f''" 2>/dev/null || { echo "golden-core: $(PYTHON) does not run here: install Python $$(sed -n 's/^python = "\(.*\)"/\1/p' pyproject.toml) or name one, make setup PYTHON=<interpreter>" >&2; exit 1; }
REPOSITORY = problem=$$(git rev-parse --show-cdup 2>&1) && test -z "$$problem" || { echo "golden-core: make $@ needs a git repository in this folder: git init && git add --all ($$problem)" >&2; exit 1; }
export VENV

.DEFAULT_GOAL := help

##@ Run

.PHONY: run
run: setup ## start web, worker and beat on this machine (PORT=8000, RELOAD=1)
	@exec "$(BIN)/python" manage.py run --stop-with-parent

.PHONY: up
up: ## start the stack in containers: web, worker, beat, redis, postgres (PORT=8000, ARGS="--scale worker=3")
	@$(STACK) up $(ARGS)

.PHONY: down
down: ## stop the stack and keep its data (ARGS=--volumes deletes it)
	@$(STACK) down $(ARGS)

##@ Check

.PHONY: quick
quick: setup ## run the tests of the apps, while you write one (ARGS="-k catalog")
	@"$(BIN)/python" -m pytest src/apps $(ARGS)

.PHONY: test
test: setup ## run the tests that take a minute (ARGS="-k jobs" selects from all tests)
	@"$(BIN)/python" -m pytest $(or $(ARGS),-m "not slow")
	@$(if $(ARGS),,echo "left for make test-all: the tests marked slow, which start services, browsers and installers")

.PHONY: check
check: lint types imports lock-check parity test ## lint, types, imports, lock-check, parity and test: must be green before a push

.PHONY: doctor
doctor: ## list what this machine lacks for which verb, and the command that fixes it (ARGS=--json)
	@$(RUNS)
	@$(BARE) doctor $(ARGS)

##@ Change

.PHONY: format
format: setup ## format every file, and fix what the linter can fix
	@"$(BIN)/ruff" check --fix --exit-zero --quiet
	@"$(BIN)/ruff" format --quiet
	@"$(BIN)/taplo" format --config tools/lint/taplo.toml 2>/dev/null
	@"$(BIN)/mbake" format --config tools/lint/bake.toml Makefile

.PHONY: add
add: setup ## add a dependency and lock it (PACKAGE="httpx>=1", GROUP=dev)
	@$(TOOLS) lock --poetry "$(POETRY)" --add "$(PACKAGE)" --group "$(GROUP)"

.PHONY: hooks
hooks: setup ## run the hooks before each commit
	@$(REPOSITORY)
	@"$(BIN)/pre-commit" install

##@ More: the environment

.PHONY: help
help: ## list the verbs
	@awk 'BEGIN { FS = ":.*## " } /^##@ / { printf "\n%s\n", substr($$0, 5) } /^[a-z0-9-]+:.*## / { printf "  make %-19s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## create or update the virtual environment; every verb that needs it does so by itself
	@$(RUNS)
	@$(BARE) install "$(VENV)" $(or $(MAKECMDGOALS),setup)

.PHONY: lock
lock: setup ## resolve pyproject.toml into poetry.lock and export it to requirements/ (POETRY=<program>)
	@$(TOOLS) lock --poetry "$(POETRY)"

.PHONY: update
update: setup ## lock the newest allowed versions (PACKAGE=httpx; all of them by default)
	@$(TOOLS) lock --poetry "$(POETRY)" --update "$(PACKAGE)"

.PHONY: clean
clean: ## delete the environment and the caches of the tools; var/ is kept, it contains data
	@if test -e "$(VENV)/pyvenv.cfg"; then rm -rf "$(VENV)" "$(VENV)-lock"; fi
	@rm -rf .tox .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.* dist
	@find src tests benchmarks tools -name __pycache__ -type d -prune -exec rm -rf {} +

##@ More: containers

.PHONY: ps
ps: ## list the containers of the stack and their health
	@$(STACK) ps $(ARGS)

.PHONY: logs
logs: ## follow the logs of the stack (ARGS=worker)
	@$(STACK) logs $(ARGS)

.PHONY: dev
dev: ## run the code of this folder instead of the image's in the stack, restarted when it changes
	@$(STACK) dev $(ARGS)

.PHONY: shell
shell: ## open a shell in the development container, beside the stack (ARGS="make check" runs that)
	@$(STACK) shell $(ARGS)

.PHONY: image
image: setup ## build the production image, check its size, write its bill of materials (SBOM) into dist/
	@$(TOOLS) image $(ARGS)

.PHONY: e2e
e2e: setup ## test the stack and the devcontainer from start to removal, under their own name and port
	@$(STACK) e2e
	@E2E=1 "$(BIN)/python" -m pytest tests/stack -p no:randomly --numprocesses=0 --timeout=420 --exitfirst $(ARGS)

##@ More: checks

.PHONY: lint
lint: setup ## run every hook of .pre-commit-config.yaml that has no verb of its own, over all files
	@$(REPOSITORY)
	@SKIP=types,imports,lock,parity "$(BIN)/pre-commit" run --all-files --show-diff-on-failure

.PHONY: test-all
test-all: setup ## run every test and measure coverage
	@"$(BIN)/python" -m pytest --cov --cov-report=term $(ARGS)

.PHONY: types
types: setup ## check the types, and that wrong uses of the typed edges are refused
	@"$(BIN)/mypy"
	@"$(BIN)/python" -m pytest --quiet --numprocesses=0 tests/core/test_typing.py

.PHONY: imports
imports: setup ## check which package imports which
	@"$(BIN)/lint-imports" --no-logo

.PHONY: lock-check
lock-check: setup ## prove that pyproject.toml, poetry.lock and requirements/ agree (POETRY=<program>)
	@$(TOOLS) lock-check --poetry "$(POETRY)"

.PHONY: parity
parity: ## prove that every file that repeats a version, port, verb or name agrees; needs no environment
	@$(RUNS)
	@$(BARE) parity

.PHONY: matrix
matrix: setup ## run the tests on every supported Python that this machine has (ARGS="-k jobs")
	@$(TOOLS) matrix -- $(ARGS)

.PHONY: bare-core
bare-core: setup ## prove on a copy that everything stays green without the example app
	@$(TOOLS) bare-core catalog

.PHONY: chaos
chaos: setup ## break the service in every way under load and count its jobs (SHORT=1 for a minute, ARGS=--help)
	@"$(BIN)/python" -u -m tests.chaos $(if $(SHORT),--short) $(ARGS)

.PHONY: bench
bench: setup ## measure what everything costs and write docs/speed.md (ARGS=http for one part, ARGS=--help)
	@"$(BIN)/python" -m benchmarks $(ARGS)

.PHONY: fingerprint
fingerprint: setup ## print what this environment is, as JSON (ARGS="--of image", devcontainer or nix)
	@$(TOOLS) fingerprint $(ARGS)

.PHONY: fingerprint-compare
fingerprint-compare: setup ## compare two fingerprints, and fail if a difference is not allowed (A=one.json B=other.json)
	@$(TOOLS) fingerprint-compare "$(A)" "$(B)"
