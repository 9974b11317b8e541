# SPDX-License-Identifier: BSD-2-Clause
"""A finding fails the run and is printed so that it can be seen again.

Usage: finding_test.py FUZZ TARGET    fuzz.py and the target of faulty.c
"""
import pathlib
import re
import subprocess
import sys
import tempfile


def main(fuzz, target):
    with tempfile.TemporaryDirectory(prefix="vmclock-fuzz-") as name:
        folder = pathlib.Path(name)
        (folder / "seeds").mkdir()
        (folder / "seeds" / "near").write_bytes(b"VC")
        done = subprocess.run([sys.executable, "-B", fuzz, target, str(folder / "seeds"),
                               "--cpu-sec", "60", "--seed", "1"], capture_output=True, text=True)
        assert done.returncode == 1, done.stdout
        assert "does not hold: size < 3" in done.stdout, done.stdout
        dump = re.search(r"FINDING of .*\n((?:[0-9a-f]{2}[ \n])+)", done.stdout)
        assert dump, done.stdout
        finding = folder / "finding"
        finding.write_bytes(bytes.fromhex(dump[1]))
        assert finding.read_bytes()[:3] == b"VCL"
        again = subprocess.run([target, str(finding)], capture_output=True, text=True)
        assert again.returncode and "does not hold" in again.stderr
        finding.write_bytes(b"VC")
        assert subprocess.run([target, str(finding)], capture_output=True).returncode == 0


if __name__ == "__main__":
    main(*sys.argv[1:3])
