# SPDX-License-Identifier: BSD-2-Clause
"""Every tree of the corpus gives what its source says, and what follows from fdtget's answers.

Usage: test_oracle.py FDTGET PROBE SOURCES TREES
"""
import concurrent.futures
import pathlib
import re
import subprocess
import sys
import unittest

import oracle

FDTGET, PROBE, SOURCES, TREES = sys.argv[1:5]


def probe(file):
    """The devices and refusals that the drivers see, and the result."""
    done = subprocess.run([PROBE, file], capture_output=True, text=True, check=True)
    *lines, last = done.stdout.splitlines()
    return lines, last.removeprefix("result ")


def examine(source):
    """The source's oracle, ours, and what fdtget's answers give: (devices, result) each."""
    expected = re.findall(r"^// Expect: (.*)$", source.read_text(), re.M)
    file = str(pathlib.Path(TREES) / (source.stem + ".dtb"))
    good = [line for line in expected if line.startswith("ok ")]
    stated = (good, "ok" if good else expected[0])
    lines, result = probe(file)
    ours = ([line for line in lines if line.startswith("ok ")], result)
    if result == "fdt":  # fdtget still reads versions that we refuse
        return stated, ours, (lines, result), (lines, result)
    theirs = list(oracle.devices(oracle.Tree(FDTGET, file)))
    return stated, ours, (lines, result), (theirs, oracle.result(theirs))


class Corpus(unittest.TestCase):
    def test_trees(self):
        sources = sorted(pathlib.Path(SOURCES).glob("*.dts"))
        self.assertGreaterEqual(len(sources), 90)
        found = refused = 0
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for source, row in zip(sources, pool.map(examine, sources)):
                stated, ours, all_ours, theirs = row
                with self.subTest(source=source.name):
                    self.assertEqual(ours, stated)
                    self.assertEqual(all_ours, theirs)
                found += stated[1] == "ok"
                refused += stated[1] == "resource"
        print(f"{len(sources)} trees agree with fdtget: {found} with a device, {refused} refused",
              file=sys.stderr)
        self.assertGreaterEqual(found, 40)
        self.assertGreaterEqual(refused, 30)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
