#!/bin/sh
# Prints the home of a Java that Spark runs on, 17 or later: that of JAVA_HOME, of PATH, or any that is installed.
set -eu
for java in "${JAVA_HOME:-}/bin/java" java /usr/lib/jvm/*/bin/java; do
    said=$("$java" -XshowSettings:properties -version 2>&1) || continue
    told() { echo "$said" | sed -n "s/^ *$1 = //p"; }
    case $(told java.specification.version) in
        1.*) ;; # as versions before 9 called themselves
        1[7-9] | [2-9]?) told java.home && exit ;;
    esac
done
exit 1
