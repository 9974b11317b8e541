# SPDX-License-Identifier: BSD-2-Clause
"""Counts the results that CTest wrote as JUnit XML and says why tests were skipped.

usage: summary.py RESULTS.xml
Exits 0 when at least one test ran; the other verdicts are CTest's own.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree


def was_skipped(case):
    """True for a test that chose not to run; one that CTest could not start has failed."""
    mark = case.find("skipped")
    message = "" if mark is None else mark.get("message", "")
    return case.get("status") == "disabled" or message.startswith("SKIP_")


def reason(case):
    """What the test said: a line "skipped: why", or unittest's "... skipped 'why'", or its last."""
    lines = (case.findtext("system-out") or "").strip().splitlines()
    for line in lines:
        said = re.search(r"^skipped: (.+)$|\.\.\. skipped ['\"](.+)['\"]$", line.strip())
        if said:
            return said.group(1) or said.group(2)
    return lines[-1].strip() if lines else case.get("status")


def main(path):
    try:
        cases = ElementTree.parse(path).getroot().findall("testcase")
    except (OSError, ElementTree.ParseError) as error:
        print(f"tests/run: no results: {error}", file=sys.stderr)
        return 1
    passed = [case for case in cases if case.get("status") == "run"]
    skipped = [case for case in cases if was_skipped(case)]
    failed = [case for case in cases if case not in passed and case not in skipped]
    for case in skipped:
        print(f"skipped: {case.get('name')}: {reason(case)}")
    print(f"tests/run: {len(passed)} passed, {len(failed)} failed, {len(skipped)} skipped")
    if not passed and not failed:
        print("tests/run: no test was run", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
