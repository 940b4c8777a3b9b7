#!/bin/sh
# environment.sh FOLDER LOCK: a virtual environment that holds what the lock names, every file checked by its hash.
set -eu
folder=$1
lock=$2
export PIP_DISABLE_PIP_VERSION_CHECK=1

if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"; else set -- python3 python3.14 python3.13 python3.12 python3.11; fi
for python in "$@"; do
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break
    python=
done
if [ -z "$python" ]; then
    echo "$1 is missing or older than 3.11. Install Python 3.11 or later, or name one: make PYTHON=/path/to/python3" >&2
    exit 1
fi

if ! "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
    # Debian keeps the part of Python that puts pip into an environment in a package of its own.
    "$python" -c 'import ensurepip, venv' 2>/dev/null || sh "$(dirname "$0")/system.sh" python3-venv
    "$python" -m venv --clear "$folder"
fi
echo "Installing $lock into $folder (about a minute the first time)"
"$folder/bin/python" -m pip install --quiet --require-hashes --only-binary :all: --requirement "$lock"
