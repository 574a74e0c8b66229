# The verbs of this project. People, hooks and CI call these and nothing else.
#
#   make <verb> PYTHON=python3.12   another interpreter; it is kept until another is asked for
#   make <verb> VENV=<folder>       another place for the virtual environment

VENV ?= .venv
# The environment's own interpreter once there is one, so that nobody has to say PYTHON twice.
PYTHON ?= $(shell if test -x "$(VENV)/bin/python"; then echo "$(VENV)/bin/python"; else echo python3; fi)
# Empty: the Poetry that requirements/lock.txt pins, in an environment of its own.
POETRY ?=

BIN := $(VENV)/bin
TOOLS := "$(BIN)/python" -m tools
# The first thing that can be wrong with a machine.
RUNS = "$(PYTHON)" -c "" 2>/dev/null || { echo "golden-core: $(PYTHON) does not run here: install Python $$(sed -n 's/^python = "\(.*\)"/\1/p' pyproject.toml) or name one, make $(or $(MAKECMDGOALS),setup) PYTHON=<interpreter>" >&2; exit 1; }
# What must work before there is an environment.
BARE := "$(PYTHON)" -m tools
# Any Python does: who has Docker needs no environment.
STACK := $(BARE).stack
export VENV

.DEFAULT_GOAL := help

.PHONY: help
help: ## show the verbs
	@awk 'BEGIN { FS = ":.*## " } /^[a-z0-9-]+:.*## / { printf "  make %-19s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## make the virtual environment or bring it up to date; every verb does so by itself
	@$(RUNS)
	@"$(PYTHON)" -m tools.bootstrap "$(VENV)" $(or $(MAKECMDGOALS),setup)

# Run ------------------------------------------------------------------------------------------------------------------

.PHONY: run
run: setup ## start web, worker and beat on this machine (PORT=8000, RELOAD=1)
	@exec "$(BIN)/python" manage.py run --stop-with-parent

# Run in containers ----------------------------------------------------------------------------------------------------

.PHONY: up
up: ## start the stack in containers: web, worker, beat, redis, postgres (PORT=8000, ARGS="--scale worker=3")
	@$(STACK) up $(ARGS)

.PHONY: down
down: ## stop the stack; its data stays (ARGS=--volumes deletes it)
	@$(STACK) down $(ARGS)

.PHONY: ps
ps: ## show the containers of the stack and their health
	@$(STACK) ps $(ARGS)

.PHONY: logs
logs: ## follow the logs of the stack (ARGS=worker)
	@$(STACK) logs $(ARGS)

.PHONY: dev
dev: ## the stack with this folder's code instead of the image's, restarted when it changes
	@$(STACK) dev $(ARGS)

.PHONY: shell
shell: ## a shell in the container for development, beside the stack (ARGS="make check" runs that)
	@$(STACK) shell $(ARGS)

.PHONY: image
image: setup ## build the image of production, check its size, write its bill of materials into dist/
	@$(TOOLS) image $(ARGS)

.PHONY: e2e
e2e: setup ## try the stack and the devcontainer from zero to nothing, under a name and a port of their own
	@$(STACK) e2e
	@E2E=1 "$(BIN)/python" -m pytest tests/stack -p no:randomly --numprocesses=0 --timeout=420 --exitfirst $(ARGS)

# Check ----------------------------------------------------------------------------------------------------------------

.PHONY: test
test: setup ## run the tests that take a minute (ARGS="-k jobs" runs those of all tests)
	@"$(BIN)/python" -m pytest $(or $(ARGS),-m "not slow")
	@$(if $(ARGS),,echo "left for make test-all: the tests marked slow, which start services, browsers and installers")

.PHONY: test-all
test-all: setup ## run every test and measure coverage
	@"$(BIN)/python" -m pytest --cov --cov-report=term $(ARGS)

.PHONY: quick
quick: setup ## run the tests of the apps, while you write one (ARGS="-k catalog")
	@"$(BIN)/python" -m pytest src/apps $(ARGS)

.PHONY: lint
lint: setup ## run every hook of .pre-commit-config.yaml that has no verb of its own, over all files
	@SKIP=types,imports,lock,parity "$(BIN)/pre-commit" run --all-files --show-diff-on-failure

.PHONY: types
types: setup ## check the types, and that what does not fit together is refused
	@"$(BIN)/mypy"
	@"$(BIN)/python" -m pytest --quiet --numprocesses=0 tests/core/test_typing.py

.PHONY: imports
imports: setup ## check who imports whom
	@"$(BIN)/lint-imports" --no-logo

.PHONY: lock-check
lock-check: setup ## prove that pyproject.toml, poetry.lock and requirements/ agree; needs no network
	@$(TOOLS) lock-check

.PHONY: parity
parity: ## prove that every file that repeats a version, port, verb or name agrees; needs no environment
	@$(RUNS)
	@$(BARE) parity

.PHONY: check
check: lint types imports lock-check parity test ## lint, types, imports, lock-check, parity and test: what must be green before a push

.PHONY: matrix
matrix: setup ## run the tests on every supported Python that this machine has (ARGS="-k jobs")
	@$(TOOLS) matrix -- $(ARGS)

.PHONY: chaos
chaos: setup ## break the service in every way under load and count its jobs (SHORT=1 in a minute, ARGS=--help)
	@"$(BIN)/python" -u -m tests.chaos $(if $(SHORT),--short) $(ARGS)

.PHONY: bench
bench: setup ## measure jobs against bare Celery as ratios of one run (ARGS="--jobs 200 --rounds 1")
	@"$(BIN)/python" -m benchmarks.jobs $(ARGS)

.PHONY: bare-core
bare-core: setup ## prove on a copy that everything stays green without the example app
	@$(TOOLS) bare-core catalog

# Look ---------------------------------------------------------------------------------------------------------------

.PHONY: doctor
doctor: ## say what this machine lacks for which verb, and the command that mends it (ARGS=--json)
	@$(RUNS)
	@$(BARE) doctor $(ARGS)

.PHONY: fingerprint
fingerprint: setup ## print as JSON what this environment is (ARGS="--of image", devcontainer or nix)
	@$(TOOLS) fingerprint $(ARGS)

.PHONY: fingerprint-compare
fingerprint-compare: setup ## say how two fingerprints differ, and fail if they may not (A=one.json B=other.json)
	@$(TOOLS) fingerprint-compare "$(A)" "$(B)"

# Change ---------------------------------------------------------------------------------------------------------------

.PHONY: format
format: setup ## put every file into its form, and mend what the linter can mend
	@"$(BIN)/ruff" check --fix --exit-zero --quiet
	@"$(BIN)/ruff" format --quiet
	@"$(BIN)/taplo" format 2>/dev/null
	@"$(BIN)/mbake" format Makefile

.PHONY: lock
lock: setup ## resolve pyproject.toml into poetry.lock and export it to requirements/ (POETRY=<program>)
	@$(TOOLS) lock --poetry "$(POETRY)"

.PHONY: add
add: setup ## add a dependency and lock it (PACKAGE="httpx>=1", GROUP=dev)
	@$(TOOLS) lock --poetry "$(POETRY)" --add "$(PACKAGE)" --group "$(GROUP)"

.PHONY: update
update: setup ## lock the newest allowed versions (PACKAGE=httpx; all of them if none is named)
	@$(TOOLS) lock --poetry "$(POETRY)" --update "$(PACKAGE)"

.PHONY: hooks
hooks: setup ## let git run the hooks before each commit
	@"$(BIN)/pre-commit" install

.PHONY: clean
clean: ## remove the environment and what the tools left behind; var/ is kept, it is data
	@if test -e "$(VENV)/pyvenv.cfg"; then rm -rf "$(VENV)" "$(VENV)-lock"; fi
	@rm -rf .tox .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.* dist
	@find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
