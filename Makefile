# Commands that everyone knows: demo, test, check, clean. Needs Python 3.11 or newer, and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
AZ_VENV := .venv-az
AZ_READY := $(AZ_VENV)/.azure-cli-2.91.0

.DEFAULT_GOAL := help
.PHONY: help install demo ui screenshots test coverage test-az test-crash bench bench-quick check lint format types lock clean

help: ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one with 'make PYTHON=python3.12 ...'."; exit 1; }
	@echo "Setting up $(VENV): the pinned dependencies, once (a minute or two) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)
	@echo "Ready."

install: $(READY) ## Put the command into .venv/bin; the others do so by themselves

demo: $(READY) ## Migrate a small fleet on the embedded simulator, and show how it went
	@$(BIN)/fleet-identity demo

ui: $(READY) ## Open the product in Prefect's UI, with a small fleet on the embedded simulator
	@$(BIN)/fleet-identity ui

screenshots: $(READY) ## Walk through Prefect's UI, and take the pictures of docs/ui.md anew (needs Chromium)
	@$(BIN)/pytest -m "" --quiet tests/ui/test_tour.py --pictures docs/images

# four side by side, whatever the cores: most of the time a test waits for a clock
TOGETHER := $(BIN)/pytest -m "not az and not crash and not alone" --quiet --numprocesses 4 --dist worksteal
BY_THEMSELVES := $(BIN)/pytest -m "alone and not az and not crash" --quiet

test: $(READY) ## Run the tests
	@$(TOGETHER)
	@$(BY_THEMSELVES)

coverage: $(READY) ## Run the tests with branch coverage, which takes them twice the time
	@$(TOGETHER) --cov --cov-report=
	@$(BY_THEMSELVES) --cov --cov-append --cov-report=
	@echo "branch coverage: $$($(BIN)/coverage report --format=total) % (.venv/bin/coverage report tells where)"

$(AZ_READY):
	@echo "Setting up $(AZ_VENV): azure-cli 2.91.0 from PyPI, once (a few minutes, 1 GB) ..."
	@$(PYTHON) -m venv $(AZ_VENV)
	@$(AZ_VENV)/bin/python -m pip install --quiet --disable-pip-version-check azure-cli==2.91.0
	@touch $(AZ_READY)

test-az: $(READY) $(AZ_READY) ## Run the tests that drive the real Azure CLI, in a .venv-az of its own
	@$(BIN)/pytest -m az tests/az

test-crash: $(READY) ## Kill runs and servers at every moment, let runs meet, and show what became of each
	@$(BIN)/pytest -m "" --quiet --numprocesses 2 --dist load tests/crash tests/cli/test_killed.py

bench: $(READY) ## Measure requests, an assessment of 1,000 clusters, and whole fleet runs of up to 1,000 (over an hour)
	@$(BIN)/python -m benchmarks.requests
	@$(BIN)/python -m benchmarks.assessment
	@$(BIN)/python -m benchmarks.polling
	@$(BIN)/python -m benchmarks.makespan

bench-quick: $(READY) ## Measure one fleet run, of 50 clusters (six minutes)
	@$(BIN)/python -m benchmarks.makespan --quick

check: lint format types test ## Lint, format, types, tests: what CI runs

lint: $(READY)
	@$(BIN)/ruff check .

format: $(READY)
	@$(BIN)/ruff format --check .

types: $(READY)
	@$(BIN)/basedpyright

lock: ## Write requirements.lock anew (needs uv)
	uv pip compile --quiet --custom-compile-command "make lock" --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras \
	  --group dev pyproject.toml -o requirements.lock

clean: ## Remove what the other commands made
	rm -rf $(VENV) $(AZ_VENV) .pytest_cache .ruff_cache .coverage
