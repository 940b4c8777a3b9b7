#!/bin/sh
# What the tests need of the system: a browser, a Java for Spark, and PostgreSQL's server programs.
set -eu
here=$(dirname "$0")
missing() {
    command -v chromium >/dev/null || echo chromium
    sh "$here/java.sh" >/dev/null || echo default-jre-headless
    # Debian keeps it outside PATH.
    command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || echo postgresql
}
packages=$(missing)
[ -z "$packages" ] && exit
# shellcheck disable=SC2086 # one word a package
sh "$here/system.sh" $packages
packages=$(missing)
[ -z "$packages" ] && exit
echo "Installed, but not found, or too old: $(echo $packages). The tests need chromium, Java 17 or later, and initdb." >&2
exit 1
