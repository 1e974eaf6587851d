# The six commands of a working day. `make run` and `make test` need nothing but Python 3.11.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CATALOGUES := $(wildcard locale/*/LC_MESSAGES/django.po)

.PHONY: run test check setup fuzz benchmarks screenshots clean

run: $(VENV)/.run-ready $(VENV)/.messages-ready
	@$(BIN)/sojourn run $(ARGS)

test: $(VENV)/.dev-ready $(VENV)/.messages-ready
	@$(BIN)/pytest -n 2 $(ARGS)

check: $(VENV)/.dev-ready $(VENV)/.messages-ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint --check --lint src
	SOJOURN_HOME=$(VENV)/home $(BIN)/sojourn manage makemigrations --check --dry-run
	SOJOURN_HOME=$(VENV)/home SOJOURN_URL=https://sojourn.example $(BIN)/sojourn manage check --deploy --fail-level WARNING
	$(BIN)/python scripts/check_tree.py

setup: $(VENV)/.dev-ready $(VENV)/.messages-ready

fuzz: $(VENV)/.fuzz-ready
	@$(BIN)/python -m tests.fuzz $(ARGS)

screenshots: $(VENV)/.dev-ready $(VENV)/.messages-ready
	$(BIN)/python scripts/screenshots.py $(ARGS)

clean:
	rm -rf $(VENV) var screenshots

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Sojourn needs Python 3.11 or newer; this is $$($(PYTHON) --version)." >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "Python's venv module is missing. On Debian: apt install python3-venv" >&2; exit 2; }

$(VENV)/.run-ready: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what Sojourn needs into $(VENV) (once) …" >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev-ready: requirements/dev.txt $(VENV)/.run-ready
	@echo "Installing the tools for tests and checks into $(VENV) (once) …" >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.fuzz-ready: requirements/fuzz.txt $(VENV)/.run-ready
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/fuzz.txt
	@touch $@

$(VENV)/.messages-ready: $(CATALOGUES) scripts/compile_messages.py $(VENV)/.run-ready
	@$(BIN)/python scripts/compile_messages.py
	@touch $@
