# `make` alone explains. Everything installs under .venv/, node_modules/ and static/vendor/; data live in var/.
SHELL := /bin/sh
.DEFAULT_GOAL := aide
PYTHON ?= $(shell command -v python3.11 || command -v python3)
export HOST ?= 127.0.0.1
export PORT ?= 8000
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# Every command and every server of the tests would compile the whole application again.
unexport PYTHONDONTWRITEBYTECODE
# npm trusts what the system trusts, a company's own authority included.
export NODE_EXTRA_CA_CERTS ?= $(wildcard /etc/ssl/certs/ca-certificates.crt)
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -q

.PHONY: aide run test check unitaires navigateur bench soak reset installer outils systeme verrous tableau

aide: ## what can be done
	@echo "Agrément"; grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

run: installer ## install, migrate, load the demonstration, serve http://127.0.0.1:8000 (HOST and PORT change that)
	@$(BIN)/agrement migrer && $(BIN)/agrement referentiel --discret && $(BIN)/agrement demo --si-vide && exec $(BIN)/agrement serve

test: outils systeme check unitaires navigateur ## everything that CI runs

check: outils ## lints, types, layers, templates, spelling
	@$(BIN)/ruff format --check -q . && $(BIN)/ruff check -q .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache | grep -v '^$$' | tail -20
	@$(BIN)/djlint partials --lint --quiet
	@node_modules/.bin/biome ci --colors=off --log-level=error static/js static/css static/installer.mjs
	@$(BIN)/codespell
	@! grep -nE 'https?://|file:' requirements*.lock package-lock.json | grep -vE '"(url|funding)"'

unitaires: outils systeme ## unit and integration tests, on SQLite and PostgreSQL
	$(PYTEST) -n 2 --dist loadscope tests --ignore tests/parcours

navigateur: outils systeme ## the journeys, in Chromium
	$(PYTEST) -n 2 --dist loadfile tests/parcours

bench: outils systeme ## speed, as ratios in one run (at most 20 minutes)
	$(BIN)/python -m tests.bench

soak: outils systeme ## kills, races and fuzzing at full count (at most 20 minutes)
	$(BIN)/python -m tests.soak

reset: ## forget the demonstration's data (var/)
	rm -rf var

installer: .venv/.fait static/vendor/.fait ## environment, locked dependencies, static files

outils: installer .venv/.outils node_modules/.outils

verrous: ## recompute the lock files
	$(BIN)/python -m pip install -q --disable-pip-version-check uv
	$(BIN)/uv pip compile pyproject.toml --group installation $(UV) -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group installation --group dev -c requirements.lock $(UV) -o requirements-dev.lock
	$(BIN)/uv pip compile --group node $(UV) -o requirements-node.lock
	npm install --package-lock-only --ignore-scripts
UV := -q --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate --python-version 3.11

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 ou plus récent manque : apt-get install -y python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 ou plus récent est demandé."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || .ci/paquets python3-venv
	$(PYTHON) -m venv .venv

.venv/.fait: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.outils: requirements-dev.lock .venv/.fait
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# Node 20 or newer: the system's, or PyPI's wheel of it inside the environment.
.venv/.node: requirements-node.lock | .venv/.fait
	@node -e 'process.exit(parseInt(process.versions.node) < 20)' 2>/dev/null && command -v npm >/dev/null \
	  || $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-node.lock
	@touch $@

static/vendor/.fait: package-lock.json static/installer.mjs .venv/.node
	@test -d node_modules/@biomejs || npm ci --omit=dev --ignore-scripts --no-progress --loglevel=error
	node static/installer.mjs
	@touch $@

node_modules/.outils: package-lock.json .venv/.node
	npm ci --ignore-scripts --no-progress --loglevel=error
	@touch $@

systeme:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || .ci/paquets chromium
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || .ci/paquets postgresql
