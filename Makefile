# The two commands are `make nightly` and `make test`; `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3.11)
UV_VERSION := 0.13.9
VENV := .venv
READY := $(VENV)/.ready
RUN := $(VENV)/bin/python
SPARK_VENV := .venv-spark
SPARK_READY := $(SPARK_VENV)/.ready

COMPANY ?= demo
EXTRACTS ?=
WAREHOUSE ?= warehouse
export COMPANY EXTRACTS WAREHOUSE
export DAGSTER_DISABLE_TELEMETRY := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := false
export PYTHONUTF8 := 1
# The certificates of this machine count, as they do for every other program on it.
export UV_SYSTEM_CERTS := 1

.PHONY: help nightly test test-spark explain lock clean environment
.PHONY: dev assumptions compare docs export new-company
.PHONY: expectations data-docs
.PHONY: statement sign-off metrics
.PHONY: ui status resume rollback backup restore
.PHONY: bench

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

environment: $(READY) ## Make .venv from requirements.lock

# Two environments, one with Spark. The stamp is written last: whatever stops half-way is made again.
$(READY): requirements.lock
$(SPARK_READY): requirements-spark.lock
$(READY) $(SPARK_READY): %/.ready: Makefile
	@command -v $(PYTHON) > /dev/null || { \
	  echo "$(PYTHON) is needed and not on the path; PYTHON=<path> names another one"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
	  echo "Python 3.11 is needed; $(PYTHON) is another version"; exit 1; }
	@rm -f $@
	@$*/bin/python -m pip --version > /dev/null 2>&1 || { \
	  echo "Making $*"; $(PYTHON) -m venv --clear $*; }
	@$*/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@echo "Installing the locked packages into $*"
	@$*/bin/uv pip sync --quiet --compile-bytecode --python $*/bin/python --require-hashes $(filter %.lock,$^)
	@touch $@

nightly: $(READY) ## Build, check and publish the warehouse (COMPANY=demo EXTRACTS=<folder>)
	@if [ "$$COMPANY" = demo ] && [ -z "$$EXTRACTS" ]; then \
	  $(RUN) -m orchestration.ops.demo_extracts; fi
	@$(RUN) -m orchestration.night

resume: $(READY) ## Continue the last failed night where it stopped (RESUME=<run id>)
	@RESUME=$${RESUME:-last} $(RUN) -m orchestration.night

ui: $(READY) ## Dagster on http://127.0.0.1:3000: lineage, checks, schedule, backfills (PORT=)
	@$(RUN) -m orchestration.ops.ui

status: $(READY) ## What is published, how old it is, why the last run failed
	@$(RUN) -m orchestration.ops.status

rollback: $(READY) ## Publish an older kept generation again (TO=<run id> WHY=<reason>)
	@$(RUN) -m orchestration.ops.operations rollback

backup: $(READY) ## Copy the published generation, identities and audit (TO=<folder>)
	@$(RUN) -m orchestration.ops.operations backup

restore: $(READY) ## Publish what a backup holds (FROM=<folder of a backup>)
	@$(RUN) -m orchestration.ops.operations restore

test: $(READY) ## Prove the project: linters, unit tests, golden cases, faults, whole builds
	@$(RUN) tests/run.py

bench: $(READY) ## Time costing against raw SQL, polars, pandas (ROWS=<order lines>, 10 million)
	@$(RUN) -m bench.costing --rows "$${ROWS:-10000000}"

test-spark: $(SPARK_READY) ## Prove that DuckDB and Spark build the same (needs Java 17)
	@$(SPARK_VENV)/bin/python tests/spark/run.py

explain: $(READY) ## A figure down to its journal lines (CUSTOMER= MONTH= LINE=), or back (ENTRY= ENTRY_LINE=)
	@$(RUN) -m orchestration.ops.explain

dev: $(READY) ## Copy the published warehouse to target/dev.duckdb, for dbt by hand
	@$(RUN) -m orchestration.analysis.dev

assumptions: $(READY) ## Compose seeds/$(COMPANY) for dbt by hand, after a change of seeds
	@$(RUN) -m orchestration.analysis.dev assumptions

compare: $(READY) ## dev or work against the published warehouse (MODEL=<name>|all FROM=dev|work)
	@$(RUN) -m orchestration.analysis.compare

docs: $(READY) ## The documentation of all models as one page, target/docs/index.html
	@$(RUN) -m orchestration.analysis.docs_site

export: $(READY) ## The marts as files (TO=<folder> FORMAT=parquet|csv SCHEMAS=marts,governance)
	@$(RUN) -m orchestration.analysis.export

new-company: $(READY) ## A skeleton of assumptions, seeds/<name> (NAME= EXTRACTS= CURRENCY=)
	@$(RUN) -m orchestration.analysis.new_company

expectations: $(READY) ## Hold the expectations against the published warehouse (SUITE=<name>)
	@$(RUN) -m orchestration.checks.try_suites "$${SUITE:-}"

data-docs: $(READY) ## Render what the last nights expected and found, into target/data-docs
	@$(RUN) -m orchestration.checks.data_docs

statement: $(READY) ## A customer's statement as a spreadsheet (CUSTOMER= FROM= TO= NAMES=1)
	@$(RUN) -m orchestration.reports.statement

sign-off: $(READY) ## The sign-off sheet of a month as a spreadsheet (MONTH=yyyy-mm)
	@$(RUN) -m orchestration.reports.sign_off

metrics: $(READY) ## Prepare `mf query` on the published warehouse
	@$(RUN) -m orchestration.analysis.dev assumptions
	@DBT_TARGET=published $(VENV)/bin/dbt --quiet parse

LOCK := $(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --no-header --group dev \
  --python-version 3.11
lock: $(READY) ## Write requirements.lock and requirements-spark.lock from pyproject.toml
	@$(LOCK) --output-file requirements.lock pyproject.toml
	@$(LOCK) --extra spark --constraints requirements.lock \
	  --output-file requirements-spark.lock pyproject.toml

clean: ## Remove what can be made again: target/, .venv/ and .venv-spark/
	@rm -rf target $(VENV) $(SPARK_VENV)
