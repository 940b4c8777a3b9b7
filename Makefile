# Everything runs through these words; `make` alone lists them.
# Needs Python 3.11 or later, git and make. PYTHON=/path/to/python3 chooses another interpreter.

READY := .venv/.ready
ENGINES := .venv/.engines
PEERS := .venv-bench/.ready .venv-lifetimes/.ready .venv-pymc/.ready

.DEFAULT_GOAL := help
.PHONY: help setup engines demo test soak lint bench scale lock programs

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /make \1	/p' Makefile | expand -t 12

setup: $(READY) ## the environment .venv, pinned and checked by hash

engines: $(ENGINES) ## Spark and PostgreSQL's driver into the same environment

DEMO := --users 20000 --seed 7 --effect ttv=-30% --effect tickets=-15% --effect expansion=+25%

demo: $(READY) ## a simulated company whose true effects are known, a report about it, and the page
	@test -e demo/liftledger.yaml || .venv/bin/liftledger simulate demo $(DEMO)
	@.venv/bin/liftledger report demo
	@.venv/bin/python scripts/show.py demo/report/index.html

test: programs $(ENGINES) ## every test, on DuckDB, Spark and PostgreSQL
	JAVA_HOME=$$(sh scripts/java.sh) .venv/bin/python -m pytest -n auto

soak: programs $(ENGINES) ## 4,000 light and 200 whole simulated companies, 4,000 pairs of customer bases, 1,000 of each model, 1,000 shops with an effect, 4,000 companies and clubs of subscribers of each kind, 5,000 programs of studies, 3,000 pilots of each kind, 40 projects of random tables on every engine, 2,000 sequences of refreshes, 500 that are killed
	LIFTLEDGER_CUSTOMER_BASES=1000 LIFTLEDGER_BASES=4000 LIFTLEDGER_SHOPS=1000 LIFTLEDGER_SUBSCRIBERS=4000 LIFTLEDGER_LIGHT_COMPANIES=4000 LIFTLEDGER_PROGRAMS=5000 .venv/bin/python -m pytest tests/calibration
	LIFTLEDGER_PILOTS=3000 .venv/bin/python -m pytest tests/stats/test_confidence_sequence.py
	LIFTLEDGER_COMPANIES=200 .venv/bin/python -m pytest tests/simulate/company/test_agreement.py
	JAVA_HOME=$$(sh scripts/java.sh) LIFTLEDGER_TABLES=40 .venv/bin/python -m pytest -n auto tests/engine/test_random_tables.py
	JAVA_HOME=$$(sh scripts/java.sh) LIFTLEDGER_SEQUENCES=2000 LIFTLEDGER_KILLS=450 .venv/bin/python -m pytest -n auto tests/refresh

lint: $(READY) ## style, types and layers
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: programs $(ENGINES) $(PEERS) ## speed and memory beside hand-written SQL, tea-tasting, pandas, lifetimes and pymc-marketing
	JAVA_HOME=$$(sh scripts/java.sh) .venv/bin/python -m bench --peers .venv-bench/bin/python \
		--lifetimes .venv-lifetimes/bin/python --pymc .venv-pymc/bin/python

scale: $(ENGINES) ## growth from 1 to 100 million events, and what a refresh costs (1 GB of records, half an hour)
	.venv/bin/python -m bench --scale --runs 3

lock: $(READY) ## the newest versions that pyproject.toml allows, into the lock files
	@sh scripts/lock.sh

$(READY): requirements.lock pyproject.toml hatch_build.py scripts/environment.sh
	@sh scripts/environment.sh .venv requirements.lock
	@rm -f src/liftledger/report/assets/vega.js
	@.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# All but pyspark are wheels: that one is published as source, and built here by what requirements.lock pins.
$(ENGINES): $(READY) requirements-engines.lock
	@echo "Installing requirements-engines.lock into .venv (Spark is 456 MB: a minute or two the first time)"
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		--only-binary psycopg,psycopg-binary,py4j --no-build-isolation --requirement requirements-engines.lock
	@touch $@

programs:
	@sh scripts/programs.sh

.venv-bench/.ready: bench/requirements.lock scripts/environment.sh
	@sh scripts/environment.sh .venv-bench bench/requirements.lock
	@touch $@

.venv-%/.ready: bench/requirements-%.lock scripts/environment.sh
	@sh scripts/environment.sh .venv-$* bench/requirements-$*.lock
	@touch $@
