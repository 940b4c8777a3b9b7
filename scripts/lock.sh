#!/bin/sh
# The lock files anew: every platform, every Python from 3.11 on, hashes, and no address.
set -eu
uv=$(command -v uv) || { .venv/bin/python -m pip install --quiet uv && uv=.venv/bin/uv; }
resolve() {
    "$uv" pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" "$@"
}
resolve pyproject.toml --extra case --group dev --output-file requirements.lock
# Only what the extras add: both locks go into one environment, so the second agrees with the first.
.venv/bin/python scripts/extras.py | resolve - --constraint requirements.lock --output-file requirements-engines.lock
resolve --group bench --output-file bench/requirements.lock
resolve --group lifetimes --output-file bench/requirements-lifetimes.lock
resolve --group pymc --output-file bench/requirements-pymc.lock
