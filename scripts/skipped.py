"""Fails where a JUnit file of a test run holds a skipped test, or no test at all; names each with its reason."""

import sys
from pathlib import Path
from xml.etree import ElementTree

results = Path(sys.argv[1])
if not results.exists():
    sys.exit("The tests did not run.")
cases = list(ElementTree.parse(results).iter("testcase"))  # noqa: S314 # our own file
skipped = [(case, reason) for case in cases if (reason := case.find("skipped")) is not None]
for case, reason in skipped:
    print(f"skipped: {case.get('classname')}::{case.get('name')}: {reason.get('message')}")
if skipped or not cases:
    sys.exit(f"{len(skipped)} of {len(cases)} tests were skipped; every one has to run.")
