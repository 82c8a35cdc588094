# What a developer or operator of this checkout can do. Needs python3.11, git, make and sh.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
LOCKS := infra/requirements
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# The static checks read the settings and connect to nothing.
CHECK_SETTINGS := OPENLAAS_SECRET_KEY=static-checks-only DATABASE_URL=postgresql:///nowhere

LOCK_OPTIONS := --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.DEFAULT_GOAL := help
.PHONY: help run test check format bench prove-guards prove-isolation prove-ledger prove-api prove-crashes prove-moves prove-archives prove-budget prove-nodes prove-year prove-rollups programs lock clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

run: $(VENV)/runtime ## Start everything on this machine and print sign-in links (PORT=8000)
	@exec $(BIN)/openlaas up

test: check programs ## Run the static checks, then every test
	$(BIN)/pytest --numprocesses logical --maxprocesses 4 --dist loadfile $(PYTEST)

check: $(VENV)/development ## Run the static checks alone
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(CHECK_SETTINGS) $(BIN)/mypy
	$(BIN)/lint-imports
	$(CHECK_SETTINGS) $(BIN)/python platform/manage.py makemigrations --check --dry-run
	$(CHECK_SETTINGS) $(BIN)/openlaas fleet lint

format: $(VENV)/development ## Format the code and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/development ## Measure, each figure beside its limit and its peer (BENCH="post read")
	$(BIN)/openlaas bench $(BENCH)

prove-guards: $(VENV)/development ## Take each guard away in turn and see that a test notices
	$(BIN)/python tests/prove_guards.py

prove-isolation: $(VENV)/development ## Look for one body's data in another's, 20,000 transactions long
	OPENLAAS_FULL_SIZE=1 $(BIN)/pytest --log-cli-level=INFO tests/tenants/test_interleaving.py tests/isolation

prove-ledger: $(VENV)/development ## Post from 64 writers, 1,000 keys many times each, 2,000 games against a model
	OPENLAAS_FULL_SIZE=1 $(BIN)/pytest --log-cli-level=INFO tests/api/test_concurrency.py \
		tests/journal/test_state_machine.py

prove-api: $(VENV)/development ## Send the API 50,000 requests made from its OpenAPI document
	$(BIN)/python tests/prove_api.py

prove-crashes: $(VENV)/development ## Kill 300 processes of a running system while clients post, and lose nothing
	$(BIN)/openlaas prove crashes

prove-moves: $(VENV)/development ## Move 20 bodies between cells while clients post, and lose nothing
	$(BIN)/openlaas prove moves

prove-archives: $(VENV)/development ## Take 20 bodies' books out and back, and one body back to a second
	$(BIN)/openlaas prove archives

prove-budget: $(VENV)/development ## Ask 1,000 at once for the last baht, 20 times; 2,000 games against a model
	OPENLAAS_FULL_SIZE=1 $(BIN)/pytest --log-cli-level=INFO tests/budget/test_last_baht.py \
		tests/budget/test_state_machine.py

prove-nodes: $(VENV)/development programs ## Drain, add, remove, roll and kill app processes while clients work
	$(BIN)/openlaas prove nodes

prove-year: $(VENV)/development ## Make 12,800 documents of a fiscal year through the API, verified every day
	$(BIN)/openlaas prove year

prove-rollups: $(VENV)/development ## Kill the consumer of the centre's figures 200 times, and recompute them all
	$(BIN)/openlaas prove rollups

programs: ## Install Chromium and HAProxy for the tests, or say that one is missing
	@$(call installed,chromium,chromium fonts-thai-tlwg,the browser tests)
	@PATH="$$PATH:/usr/sbin" && $(call installed,haproxy,haproxy,the tests of nodes)

# A program, the packages of Debian that bring it, and what fails without it.
define installed
	if command -v $(1) >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "Installing $(1) for $(3)"; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -qq --no-install-recommends $(2); } >/dev/null \
		|| echo "WARNING: $(1) could not be installed; $(3) will fail" >&2; \
	else \
		echo "WARNING: $(1) is missing; $(3) will fail. Install it with:" \
			"sudo apt-get install $(2)" >&2; \
	fi
endef

lock: $(VENV)/development ## Choose the newest versions that pyproject.toml allows, and their hashes
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile $(LOCK_OPTIONS) --output-file $(LOCKS)/run.txt \
		pyproject.toml $(LOCKS)/beside-pyproject.in
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile $(LOCK_OPTIONS) --extra dev --constraint $(LOCKS)/run.txt \
		--output-file $(LOCKS)/dev.txt pyproject.toml $(LOCKS)/beside-pyproject.in

clean: ## Remove what can be made again; var/, where the data are, stays
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# One virtual environment; these files tell which lock it was installed from. The project's own
# install reads no registry: its build tools are in the locks too.
$(VENV)/runtime: $(LOCKS)/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing what OpenLAAS needs to run"
	@$(PIP_INSTALL) --require-hashes --requirement $(LOCKS)/run.txt
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/development: $(LOCKS)/dev.txt pyproject.toml | $(BIN)/python
	@echo "Installing what OpenLAAS needs to be developed and tested"
	@$(PIP_INSTALL) --require-hashes --requirement $(LOCKS)/dev.txt
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/runtime

$(BIN)/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "OpenLAAS needs Python 3.11 or newer: make run PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); \
		echo "This Python cannot make virtual environments (on Debian: apt-get install python3-venv)" >&2; \
		exit 1; }
