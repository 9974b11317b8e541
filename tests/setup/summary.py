# SPDX-License-Identifier: BSD-2-Clause
"""Counts the results that CTest wrote as JUnit XML and says why tests were skipped.

usage: summary.py RESULTS.xml ROWS
Exits 0 when there is a result of each of the ROWS, at least one ran, and each that was skipped says why;
the other verdicts are CTest's own.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree


def was_skipped(case):
    """True for a test that chose not to run; one that CTest could not start has failed."""
    mark = case.find("skipped")
    message = "" if mark is None else mark.get("message", "")
    return case.get("status") == "disabled" or message.startswith("SKIP_")


def said_by(case):
    return (case.findtext("system-out") or "").strip()


def reasons(case):
    """Why, as the test said: lines "skipped: why", and unittest's "... skipped 'why'"."""
    found = (re.search(r"^skipped: (.+)$|\.\.\. skipped ['\"](.+)['\"]$", line.strip())
             for line in said_by(case).splitlines())
    return [match[1] or match[2] for match in found if match]


def skipped_in_part(case):
    """True for a row of unittest's of which something ran."""
    ran = re.search(r"^Ran (\d+) tests? in", said_by(case), re.MULTILINE)
    skipped = re.search(r"^OK \(skipped=(\d+)\)$", said_by(case), re.MULTILINE)
    return bool(ran and skipped) and int(ran[1]) > int(skipped[1])


def complain(text):
    print(f"tests/run: {text}", file=sys.stderr)


def main(path, rows):
    try:
        cases = ElementTree.parse(path).getroot().findall("testcase")
    except (OSError, ElementTree.ParseError) as error:
        complain(f"no results: {error}")
        return 1
    left_out = [case for case in cases if was_skipped(case)]
    in_part = [case for case in left_out if skipped_in_part(case)]
    silent = [case for case in left_out if case.get("status") != "disabled" and not reasons(case)]
    skipped = [case for case in left_out if case not in in_part and case not in silent]
    passed = [case for case in cases if case.get("status") == "run"] + in_part
    failed = [case for case in cases if case not in passed and case not in skipped]
    for case in skipped + in_part:
        why = "; ".join(dict.fromkeys(reasons(case))) or "disabled"
        print(f"skipped{' in part' * (case in in_part)}: {case.get('name')}: {why}")
    print(f"tests/run: {len(passed)} passed, {len(failed)} failed, {len(skipped)} skipped")
    for case in silent:
        complain(f"{case.get('name')} was skipped and does not say why")
    if len(cases) != rows:
        complain(f"{len(cases)} results of {rows} tests")
    if not passed and not failed:
        complain("no test was run")
        return 1
    return 1 if silent or len(cases) != rows else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
