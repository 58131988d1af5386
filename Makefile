# What one does with pathflow. Needs Python 3.11 or newer, make and a package registry; everything else is set up in .venv.

SHELL := /bin/sh
VENV ?= .venv
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := $(VENV)/bin
PATHS := paths examples bench
PATHFLOW := $(BIN)/pathflow
WORKERS ?= auto
SECONDS ?= 60

.PHONY: help demo test lint format bench golden soak fuzz mutants editors browser clean
.DEFAULT_GOAL := help

help:
	@echo 'make demo     sets up, then checks, draws and runs the heart failure path'
	@echo 'make test     sets up and runs the tests'
	@echo 'make lint     style, types and the direction of imports'
	@echo 'make format   lays out the Python and the .path files'
	@echo 'make golden   writes the golden files and the generated reference anew, and shows what changed'
	@echo 'make bench    speed, as ratios against peers measured in the same run'
	@echo 'make soak     the property tests, fifty times as long, and faults for SECONDS=600'
	@echo 'make fuzz     mutated files, values and logs, for SECONDS=600 or INPUTS=2000000; KEEP=1 adds what is new to the corpus'
	@echo 'make mutants plants defects into the shipped paths, one at a time, and says which are found; MOST=2 of a kind in a file'
	@echo 'make browser  sets up what the tests of pages need besides Chromium, Node and npm packages: see .ci/run'
	@echo 'make editors builds and tests the VS Code extension; it needs Node 20 or newer and npm'
	@echo 'make clean    takes away what was set up'

# The log of a real hospital is not part of the project; where it lies beside it, the demo runs over it too.
SEPSIS := ../shared/corpora/sepsis/sepsis.csv

define show
	@printf '\n$$ pathflow %s\n' '$(1)'
	@$(PATHFLOW) $(1) || test $$? -eq 1
endef

demo: $(VENV)/.demo
	$(call show,check paths/heart_failure.path)
	$(call show,graph paths/heart_failure.path)
	$(call show,test paths/heart_failure.path)
	$(call show,run paths/heart_failure.path --events examples/heart_failure/events.csv)
	$(call show,check examples/memory/first_draft.path)
	$(call show,run examples/memory/first_draft.path --events examples/memory/events.csv --anyway)
ifneq ($(wildcard $(SEPSIS)),)
	$(call show,run examples/sepsis/sepsis.path --events $(SEPSIS) --brief)
else
	@printf '\nThe same engine runs over a real hospital log, which is not part of this project: examples/sepsis/README.md says where it is.\n'
endif
	@printf '\nWhat next: docs/tutorial/first_path.md writes a path from an empty file. The command is $(PATHFLOW);\n'
	@printf 'after `. $(BIN)/activate` it is pathflow. Each finding has a page: pathflow explain G101\n'

test: $(VENV)/.test
	$(BIN)/python -m pytest -n $(WORKERS)

browser: $(VENV)/.browser

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports --no-cache
	$(PATHFLOW) fmt --check $(PATHS)

format: $(VENV)/.lint
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(PATHFLOW) fmt $(PATHS)

golden: $(VENV)/.test
	PATHFLOW_GOLDEN=write $(BIN)/python -m pytest -p no:xdist tests/golden tests/docs tests/editors
	git --no-pager diff --stat -- tests/golden docs editors
	git --no-pager diff -- tests/golden docs editors

bench: $(VENV)/.bench
	$(BIN)/python -m bench

soak: $(VENV)/.test
	PATHFLOW_PROFILE=long $(BIN)/python -m pytest -n $(WORKERS) tests/laws tests/dsl tests/nets
	$(BIN)/python -m tests.faults --seconds $(SECONDS)

fuzz: $(VENV)/.test
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS) $(if $(INPUTS),--inputs $(INPUTS)) $(if $(KEEP),--keep)

mutants: $(VENV)/.test
	$(BIN)/python -m tests.mutants $(if $(MOST),--most $(MOST)) $(if $(KIND),--kind $(KIND))

editors: $(VENV)/.test
	@command -v npm >/dev/null || { echo 'make: no npm on this machine; the extension for VS Code needs Node 20 or newer'; exit 2; }
	$(BIN)/python -m editors.generate
	cd editors/vscode && npm ci && npm run check && npm test && npm run package

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build

# Setting up: once for each set of tools, and again when pyproject.toml changes.

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo 'make: no Python 3.11 or newer on this machine: install one, or say make PYTHON=/its/place'; exit 2; }
	$(PYTHON) -m venv $(VENV)

INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable

$(VENV)/.demo: pyproject.toml | $(BIN)/python
	$(INSTALL) '.'
	@touch $@

$(VENV)/.test: pyproject.toml | $(BIN)/python
	$(INSTALL) '.[test]'
	@touch $@

$(VENV)/.browser: pyproject.toml | $(BIN)/python
	$(INSTALL) '.[test,browser]'
	@touch $@

$(VENV)/.lint: pyproject.toml | $(BIN)/python
	$(INSTALL) '.[test,lint]'
	@touch $@

$(VENV)/.bench: pyproject.toml | $(BIN)/python
	$(INSTALL) '.[bench]'
	@touch $@
