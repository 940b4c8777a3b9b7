# Everything runs through these words; `make` alone lists them.
# Needs Python 3.11 or later, git and make. PYTHON=/path/to/python3 chooses another interpreter.

READY := .venv/.ready
PEERS := .venv-bench/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test soak lint bench lock

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /make \1	/p' Makefile | expand -t 12

setup: $(READY) ## the environment .venv, pinned and checked by hash

DEMO := --users 20000 --seed 7 --effect ttv=-30% --effect tickets=-15% --effect expansion=+25%

demo: $(READY) ## a simulated company whose true effects are known, a report about it, and the page
	@test -e demo/liftledger.yaml || .venv/bin/liftledger simulate demo $(DEMO)
	@.venv/bin/liftledger report demo
	@.venv/bin/python scripts/show.py demo/report/index.html

test: $(READY) ## every test
	@command -v chromium >/dev/null || sh scripts/system.sh chromium
	.venv/bin/python -m pytest

soak: $(READY) ## 4,000 light and 200 whole simulated companies against their truth; takes some minutes
	LIFTLEDGER_LIGHT_COMPANIES=4000 .venv/bin/python -m pytest tests/calibration
	LIFTLEDGER_COMPANIES=200 .venv/bin/python -m pytest tests/simulate/company/test_agreement.py

lint: $(READY) ## style, types and layers
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: $(READY) $(PEERS) ## speed and memory beside hand-written SQL and tea-tasting
	.venv/bin/python -m bench --peers .venv-bench/bin/python

lock: $(READY) ## the newest versions that pyproject.toml allows, into both lock files
	@sh scripts/lock.sh

$(READY): requirements.lock pyproject.toml hatch_build.py scripts/environment.sh
	@sh scripts/environment.sh .venv requirements.lock
	@rm -f src/liftledger/report/assets/vega.js
	@.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(PEERS): bench/requirements.lock scripts/environment.sh
	@sh scripts/environment.sh .venv-bench bench/requirements.lock
	@touch $@
