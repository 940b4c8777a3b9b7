#!/bin/sh
# What the tests need of the system: a browser, a Java for Spark, PostgreSQL's server programs, a spreadsheet, and the
# library that sets type in a PDF.
set -eu
here=$(dirname "$0")
missing() {
    command -v chromium >/dev/null || echo chromium
    sh "$here/java.sh" >/dev/null || echo default-jre-headless
    # Debian keeps it outside PATH.
    command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || echo postgresql
    command -v soffice >/dev/null || echo libreoffice-calc
    ls /usr/lib/*/libpangoft2-1.0.so.0 >/dev/null 2>&1 || echo libpangoft2-1.0-0
}
packages=$(missing)
[ -z "$packages" ] && exit
# shellcheck disable=SC2086 # one word a package
sh "$here/system.sh" $packages
packages=$(missing)
[ -z "$packages" ] && exit
echo "Installed, but not found, or too old: $(echo $packages). The tests need chromium, Java 17 or later, initdb, soffice and Pango." >&2
exit 1
