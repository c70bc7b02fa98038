# Everything a person or CI does with this checkout. `make help` lists it.

export PYTHONPATH := .:functions
export SETTINGS APPROVE

PYTHON ?= python3
PY := .venv/bin/python
PYTHON_INSTALLED := .venv/.installed
ENGINE_INSTALLED := .venv-rehearsal/.installed
BROWSER_INSTALLED := tests/console/node_modules/.installed
NODE_INSTALLED := node_modules/.installed
TEST_MODULES = $(shell find tests -name '*.py' ! -name 'test_*')

.DEFAULT_GOAL := help
.PHONY: help setup demo serve console openapi clients test fast coverage lint check lock bench rehearse verify migrate synth bootstrap deploy release clean

help: ## what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(PYTHON_INSTALLED) $(NODE_INSTALLED) ## install what the rest needs, into .venv and node_modules

$(PYTHON_INSTALLED): requirements/runtime.txt requirements/dev.txt requirements/tables.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed, and $(PYTHON) is not: name another one, as in make $(MAKECMDGOALS) PYTHON=python3.13" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-compile -r requirements/tables.txt
	@touch $@

$(NODE_INSTALLED): package.json package-lock.json
	@command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || { \
	  echo "Node 22 or newer, with npm, is needed (20 works too, though its support has ended)" >&2; exit 1; }
	npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

demo: setup ## import and export real sample files on this machine, and show what happens
	$(PY) -m local.demo

serve: setup ## the local stack until Ctrl-C: API_PORT=8080 AWS_PORT=5000 ISSUER_PORT=8090 DATA_DIR=
	@$(PY) -m local.serve

console: setup ## a page to look at, for a deployment or (without URL) a local stack: URL= PORT=8181
	@URL="$(URL)" PORT="$(PORT)" $(PY) -m console

openapi: setup ## the API's own description (OpenAPI 3.1), as JSON: DOOR=pinpoint or experience-platform
	@$(PY) -m local.openapi

clients: setup ## what stock clients load to know this service's own operations, into clients/models
	@$(PY) -m clients

test: setup $(BROWSER_INSTALLED) ## all tests, a local stack for each of up to four processes
	$(PY) -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

fast: setup ## the unit tests only, with few hypothesis examples
	$(PY) -m pytest tests/unit -n 2 --dist worksteal -m "not slow" --hypothesis-profile=fast

coverage: setup ## the unit and contract tests, and which lines and branches of functions/ they run
	$(PY) -m pytest tests/unit tests/contract -n auto --maxprocesses 4 --dist loadfile --cov --cov-report=term

lint: setup ## format, style, types, imports
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy functions infra local walk rehearsal clients console migrate $(TEST_MODULES)
	.venv/bin/lint-imports --no-logo

check: lint ## lint, and the template's own tests
	$(PY) -m pytest tests/infra -q

lock: setup ## requirements/*.txt from requirements/*.in: versions and hashes for every platform
	cd requirements && for set in runtime parquet dev rehearsal; do ../.venv/bin/uv pip compile --quiet --universal --python-version 3.11 \
	  --generate-hashes --custom-compile-command 'make lock' $$set.in --output-file $$set.txt || exit 1; done
	cd requirements && ../.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --no-deps \
	  --generate-hashes --custom-compile-command 'make lock' tables.in --output-file tables.txt

$(BROWSER_INSTALLED): tests/console/package.json tests/console/package-lock.json
	cd tests/console && npm ci --no-audit --no-fund --silent
	@touch $@

rehearse: setup $(ENGINE_INSTALLED) $(BROWSER_INSTALLED) ## deploy to an AWS engine on this machine, with IAM, and walk through the service
	@$(PY) -m rehearsal

$(ENGINE_INSTALLED): requirements/rehearsal.txt
	$(PYTHON) -m venv .venv-rehearsal
	.venv-rehearsal/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/rehearsal.txt
	@touch $@

verify: setup ## the same walk through a deployment: URL= PLATFORM_URL= TOKEN= ROLE_ARN= BUCKET=
	@URL="$(URL)" PLATFORM_URL="$(PLATFORM_URL)" TOKEN="$(TOKEN)" ROLE_ARN="$(ROLE_ARN)" BUCKET="$(BUCKET)" $(PY) -m rehearsal.verify

migrate: setup ## bring what was saved of Pinpoint into a deployment: FROM=s3://… URL= APP= NAME= SEGMENTS= ROLE_ARN= DRY_RUN=1
	@FROM="$(FROM)" URL="$(URL)" APP="$(APP)" NAME="$(NAME)" SEGMENTS="$(SEGMENTS)" ROLE_ARN="$(ROLE_ARN)" DRY_RUN="$(DRY_RUN)" \
	  $(PY) -m migrate

bench: setup ## the benchmarks
	$(PY) -m benchmarks

synth: setup ## the CloudFormation template and its assets, into cdk.out: SETTINGS=deployment.json
	$(PY) app.py

bootstrap: synth ## make the AWS account and Region of your credentials ready for deployments, once for each
	node_modules/.bin/cdk bootstrap --app cdk.out

deploy: setup ## deploy to the AWS account of your credentials: SETTINGS=deployment.json APPROVE=broadening|any-change|never
	@$(PY) -m infra.deploy

release: setup ## a template and its archives that CloudFormation installs without the CDK, into dist
	@$(PY) -m infra.release

clean: ## remove what was built; the environments and node_modules stay
	rm -rf build cdk.out dist .local .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .coverage*
	find functions infra local walk rehearsal clients console migrate tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
