# `make` lists what there is. Every target does the set-up it needs by itself, once.

PYTHON ?= python3
VENV   := .venv
READY  := $(VENV)/.ready
BIN    := $(VENV)/bin

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_USER := 0

.DEFAULT_GOAL := help
.PHONY: help setup demo test run check lint format types docs lock clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY)  ## virtual environment with pinned dependencies and the package (the others do it too)

# pip 23.2.1, which Python 3.11 bundles, is enough: hashes are checked, and the package itself is built without a download.
$(READY): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo 'monitor needs Python 3.11 or newer as "$(PYTHON)". On Debian 12: apt-get install python3 python3-venv'; \
	    echo 'Another interpreter: make PYTHON=/path/to/python3.11 ...'; exit 1; } >&2
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo 'The module venv of $(PYTHON) is missing. On Debian: apt-get install python3-venv'; exit 1; } >&2
	@command -v git >/dev/null || echo 'git is missing; updates and some tests need it. On Debian: apt-get install git' >&2
	@echo 'Setting up $(VENV), once; this takes a minute or two.'
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY)  ## the whole program at work on a bundled news site; no network, no configuration
	@$(BIN)/monitor demo

run: $(READY)  ## the daemon with config.toml and feeds.yaml
	@$(BIN)/monitor run

test: $(READY)  ## all tests
	@$(BIN)/python -m pytest

check: lint types test  ## everything that CI runs

lint: $(READY)  ## ruff: rules and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: $(READY)  ## let ruff mend what it can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: $(READY)  ## mypy, strict
	@$(BIN)/mypy

docs: $(READY)  ## write config.toml and the reference pages from the program
	@$(BIN)/python docs/generate.py

COMPILE := $(BIN)/pip-compile --quiet --allow-unsafe --generate-hashes --strip-extras --no-annotate \
           --no-emit-index-url --no-emit-trusted-host --no-emit-find-links pyproject.toml

lock: $(READY)  ## pin the dependencies of pyproject.toml anew
	@CUSTOM_COMPILE_COMMAND='make lock' $(COMPILE) --output-file requirements.txt
	@CUSTOM_COMPILE_COMMAND='make lock' $(COMPILE) --extra dev --output-file requirements-dev.txt

clean:  ## remove what set-up and tests made; the archive in state/ stays
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
