#!/bin/sh
# system.sh PACKAGE...: installs Debian packages where we may; elsewhere prints the one command that does, and fails.
set -eu
if ! command -v apt-get >/dev/null; then
    echo "Missing: $*. Install it with your system's package manager (Debian: apt-get install $*), then run make again." >&2
    exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "Missing: $*. Run this, then make again:  sudo sh $0 $*" >&2
    exit 1
fi
echo "Installing $* (Debian)"
export DEBIAN_FRONTEND=noninteractive
case " $* " in *" postgresql "*)
    # The package would also make a database and start its server; only its programs are wanted.
    policy=/etc/postgresql-common/createcluster.d/liftledger.conf
    trap 'rm -f "$policy"' EXIT
    mkdir -p "$(dirname "$policy")"
    echo "create_main_cluster = false" >"$policy"
    ;;
esac
apt-get update -qq
apt-get install -qq -y --no-install-recommends "$@" >/dev/null
