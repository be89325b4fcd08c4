# PACSonWEB. `make help` lists what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
PY := .venv/bin/python
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
PORT ?= 8000
DICOM ?=

# Node of this machine when it is new enough, else the one from the lock in requirements/node.txt.
NODE_HERE := $(shell node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' 2>/dev/null && command -v npm >/dev/null 2>&1 && echo yes)
ifeq ($(NODE_HERE),yes)
NODE_READY :=
NPM := npm
else
NODE_READY := .venv/.node
NPM := PATH="$(CURDIR)/.venv/bin:$$PATH" npm
endif

FRONT_SOURCES := $(shell find front -path front/node_modules -prune -o -type f -print 2>/dev/null)
STATIC_SOURCES := $(shell find static -path static/dist -prune -o -type f -print 2>/dev/null)
CATALOGUES := $(wildcard locale/*/LC_MESSAGES/django.po)

##@ Run it

.PHONY: setup
setup: staticfiles/.collected $(CATALOGUES:.po=.mo)  ## everything into .venv, static files built, translations compiled; seconds when nothing changed

.PHONY: demo
demo: setup  ## seed a demo and serve it at http://localhost:8000 (DICOM=FOLDER also imports that folder)
	@DICOM="$(DICOM)" PORT="$(PORT)" tools/demo.sh

.venv/.python: requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (PYTHON=… names one)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv is missing: on Debian, apt install python3-venv."; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt 2> >(grep -v '^WARNING' >&2)
	@touch $@

.venv/.node: .venv/.python requirements/node.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.txt
	@touch $@

front/node_modules/.installed: front/package.json front/package-lock.json $(NODE_READY)
	@cd front && $(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

static/dist/.built: front/node_modules/.installed $(filter-out front/package%,$(FRONT_SOURCES))
	@cd front && $(NPM) run build --silent
	@touch $@

staticfiles/.collected: .venv/.python static/dist/.built $(STATIC_SOURCES)
	@$(PY) manage.py collectstatic --noinput --clear --verbosity 0
	@touch $@

locale/%/LC_MESSAGES/django.mo: locale/%/LC_MESSAGES/django.po .venv/.python
	@.venv/bin/pybabel --quiet compile --input-file=$< --output-file=$@ --locale=$*

##@ Prove it

.PHONY: test
test: setup  ## every test on SQLite; what needs a missing program is skipped by name (REQUIRE_ALL=1: a failure)
	$(PY) -m pytest tests -n $(JOBS) --dist worksteal --ignore=tests/endurance

.PHONY: test-postgres
test-postgres: setup  ## the same tests on a PostgreSQL server started for them
	$(PY) -m tests.postgres $(PY) -m pytest tests -n $(JOBS) --dist worksteal --ignore=tests/endurance

.PHONY: endurance
endurance: setup  ## the long ones: kills at random instants, fuzzing
	$(PY) -m pytest tests/endurance

.PHONY: lint
lint: setup  ## style, types, layers, templates, translations, migrations, known vulnerabilities
	@tools/lint.sh

.PHONY: bench
bench: setup  ## the numbers of the design, as ratios in one run
	$(PY) -m benchmarks

##@ Maintain it

.PHONY: messages
messages: .venv/.python  ## take new texts into every language's catalogue
	$(PY) -m tools.messages update

.PHONY: lock
lock:  ## choose versions anew and write them with their hashes (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade -q -o requirements/dev.txt
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url -q -c requirements/dev.txt -o requirements/base.txt
	uv pip compile requirements/node.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade -q -o requirements/node.txt

.PHONY: clean
clean:  ## remove everything that setup made (not var/, where the data lies)
	rm -rf .venv front/node_modules static/dist staticfiles $(CATALOGUES:.po=.mo)

.PHONY: help
help:  ## this
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
