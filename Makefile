# Everything a developer runs. `make` alone lists it. Only Python ≥ 3.11, make and a package registry are needed: what the
# tests need besides (tests/tools.py) is installed by root on Debian, and elsewhere named where it is missing.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.PHONY: help install demo test soak test-pg15 bench audit lock lint format export clean

# A network's own certificate authority is in the system's store; uv looks there only when told.
export UV_SYSTEM_CERTS := 1

PYTHON ?= python3
BIN := .venv/bin
PIP_FLAGS := --quiet --disable-pip-version-check --no-deps --require-hashes
PG15 ?= /usr/lib/postgresql/15/bin
# A step's name is what remains on the screen when it fails.
step = echo "── $(1)"; $(2) || { echo "make: this step failed: $(1)" >&2; exit 1; }

help: ## this list
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

install: .venv/installed ## what is needed, from the lock with its hashes, into .venv

# uv itself comes from the lock too: pip checks the hashes of the lines cut out for it. Where uv cannot reach the
# registry (a mirror that only pip was told of), pip does the same more slowly.
.venv/installed: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say PYTHON=…" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	sed -n '/^uv==/,/^ *#/p' requirements.lock > .venv/uv.lock
	test -x $(BIN)/uv || $(BIN)/python -m pip install $(PIP_FLAGS) -r .venv/uv.lock
	$(BIN)/uv pip sync --quiet --require-hashes --python $(BIN)/python requirements.lock || { echo "uv cannot: pip does it, more slowly"; $(BIN)/python -m ensurepip > .venv/pip.txt; $(BIN)/python -m pip install $(PIP_FLAGS) -r requirements.lock; }
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python -e .
	touch $@

demo: install ## an embedded PostgreSQL, a year of a contact centre's contacts, and the service on them
	@exec $(BIN)/cadran demo

test: install ## formatting, lint, types, layers, contracts, all tests
	@$(call step,formatting (make format mends it),$(BIN)/ruff format --check --quiet .)
	$(call step,lint,$(BIN)/ruff check --quiet .)
	$(call step,types,$(BIN)/mypy --no-error-summary)
	$(call step,layers,$(BIN)/lint-imports --no-cache > .venv/layers.txt || { cat .venv/layers.txt; false; })
	$(call step,contracts (make export writes them),$(BIN)/cadran export --check)
	$(call step,a browser for the tests,$(BIN)/python -m tests.tools chromium)
	$(call step,tests,$(BIN)/pytest -q -n auto)

soak: install ## the long form of the tests: more seeds, more examples; for nights, and before a release
	@$(BIN)/python -m tests.tools chromium
	$(call step,the long form of the tests,CADRAN_TEST_LONG=1 $(BIN)/pytest -q -n auto)

test-pg15: install ## the store's tests again, on a PostgreSQL 15 whose programs are in PG15=…
	@PG15=$(PG15) $(BIN)/python -m tests.tools postgresql-15 --required
	$(call step,PostgreSQL 15,CADRAN_TEST_PG_BINDIR=$(PG15) $(BIN)/pytest -q -n 2 tests/store tests/embedded tests/facts)

bench: install ## the table of speeds, ratios within one run
	@$(BIN)/python -m tests.bench

# Strict, because a package that could not be looked up counts as clean otherwise. Needs the network: no part of `test`.
audit: install ## look up the lock's packages among known vulnerabilities
	@$(BIN)/uv tool run --quiet pip-audit --strict --require-hashes --disable-pip --progress-spinner off -r requirements.lock

lock: install ## resolve pyproject.toml's requirements anew into requirements.lock
	$(BIN)/uv lock --quiet --upgrade
	$(BIN)/uv export --quiet --no-emit-project --all-extras --all-groups --format requirements.txt --output-file requirements.lock

lint: install ## mend what can be mended, show the rest
	@$(BIN)/ruff format --quiet .
	$(BIN)/ruff check --fix .
	$(BIN)/mypy --no-error-summary
	$(BIN)/lint-imports --no-cache

format: install ## write the code as the formatter wants it
	@$(BIN)/ruff format --quiet .

export: install ## write what is generated (schema/, openapi/, sql/rollups/, tables of docs/)
	@$(BIN)/cadran export

clean: ## remove what was installed and generated; the demonstration's data in .cadran stays
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
