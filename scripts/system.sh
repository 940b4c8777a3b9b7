#!/bin/sh
# system.sh PACKAGE...: installs Debian packages where we may; elsewhere prints the one command that does, and fails.
set -eu
if ! command -v apt-get >/dev/null; then
    echo "Missing: $*. Install it with your system's package manager (Debian: apt-get install $*), then run make again." >&2
    exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "Missing: $*. Run this, then make again:  sudo apt-get install --no-install-recommends -y $*" >&2
    exit 1
fi
echo "Installing $* (Debian)"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq -y --no-install-recommends "$@" >/dev/null
