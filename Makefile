# Everything a person or a machine does here. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
STAGE ?= dev
# The fastest Python here that serves: one compiled without its optimizations, as pyenv does, takes half as long again.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 /usr/bin/python3; do \
	command -v $$p >/dev/null && $$p infra/local/interpreter.py 2>/dev/null; done | sort -n | head -1 | cut -f2)
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
PYTEST := $(BIN)/python -m pytest
# Three for two cores, each with a file of tests and a database of its own: half their time is Postgres's. Libraries that
# would take all cores as well only get in the way. In the order of tests/conftest.py, not by their number: the longest
# files have few tests.
SIDE_BY_SIDE := -n $(shell expr $$(getconf _NPROCESSORS_ONLN) \* 3 / 2) --dist loadfile --no-loadscope-reorder
export OMP_NUM_THREADS ?= 1
# Bytecode is kept whatever the machine says: without, each of the many processes of a run compiles all it imports anew.
unexport PYTHONDONTWRITEBYTECODE
CDK := $(BIN)/node node_modules/aws-cdk/bin/cdk

.PHONY: help run reset test test-fast lint types bench synth deploy layers docs chromium tesseract

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r name says; do printf '  make %-10s %s\n' "$$name" "$$says"; done

.venv/ready: pyproject.toml uv.lock
	@"$(or $(PYTHON),python3)" infra/local/interpreter.py >/dev/null
	@test -x $(BIN)/python || "$(PYTHON)" -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/pip install --quiet --disable-pip-version-check uv==0.13.8
	@echo "installing what uv.lock names …"
	@VIRTUAL_ENV=.venv $(BIN)/uv sync --active --frozen --quiet
	@touch $@

node_modules/ready: .venv/ready package.json package-lock.json
	@$(BIN)/npm ci --silent
	@touch $@

WEB := functions/console/web
WEB_SOURCES := $(shell find $(WEB) \( -name node_modules -o -name dist \) -prune -o -type f -print)

# npm ci only when the lock changed: it takes longer than everything else here.
$(WEB)/node_modules/ready: .venv/ready $(WEB)/package-lock.json
	@echo "installing what the console is built with …"
	@$(BIN)/npm ci --silent --prefix $(WEB)
	@touch $@

$(WEB)/dist/ready: $(WEB)/node_modules/ready $(WEB_SOURCES)
	@echo "building the console …"
	@$(BIN)/npm run --silent --prefix $(WEB) build -- --logLevel warn
	@touch $@

run: node_modules/ready $(WEB)/dist/ready tesseract ## the whole system on this machine: prints the addresses of the console, the simulator and the API; Ctrl-C stops it
	@$(BIN)/python -m infra.local run

reset: .venv/ready ## forget the local data
	@$(BIN)/python -m infra.local reset

test: lint types chromium tesseract node_modules/ready $(WEB)/dist/ready ## everything: lint, types, unit, integration, infrastructure, end-to-end
	@$(BIN)/python -m infra.tesseract arm64 # the layer's, which a test looks into
	$(PYTEST) $(SIDE_BY_SIDE) tests/unit tests/integration tests/infra
	$(PYTEST) tests/e2e

test-fast: .venv/ready ## unit and integration tests
	$(PYTEST) $(SIDE_BY_SIDE) tests/unit tests/integration

lint: .venv/ready ## ruff
	$(BIN)/ruff check .

types: .venv/ready ## mypy, strict, on the domain
	$(BIN)/mypy

# The browser tests need Chromium; they skip, and say so, where there is none and nobody to install it.
chromium: .venv/ready
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || test "$$(id -u)" != 0 || ! command -v apt-get >/dev/null || \
	{ echo "installing chromium for the browser tests …"; apt-get install -y -qq chromium >/dev/null 2>&1; } || \
	{ apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } || echo "no chromium: the browser tests will be skipped"

# The second reader of pictures, out of Debian's packages and without root, where none is installed; kept in .build. A
# machine that cannot make it is told so and goes on with the first reader.
tesseract: .venv/ready
	@$(BIN)/python -m infra.tesseract

bench: .venv/ready $(WEB)/dist/ready tesseract ## speed and quality figures, one JSON object a line
	@$(BIN)/python -m tests.bench

synth: node_modules/ready $(WEB)/dist/ready ## synthesize the stacks of STAGE (dev, prod, local) into .build/cdk.out and judge them with cdk-nag
	$(CDK) synth --quiet -c stage=$(STAGE)

layers: .venv/ready ## build the third-party Lambda layers into .build/layers
	$(BIN)/python -m infra.layers

deploy: node_modules/ready layers $(WEB)/dist/ready ## deploy STAGE (dev, prod) to the AWS account of your credentials
	RELEVO_DEPLOYING=1 $(CDK) deploy --all -c stage=$(STAGE)

docs: .venv/ready ## write the generated parts of the documentation
	$(BIN)/python -m infra.diagram
	$(BIN)/python -m infra.schemas
