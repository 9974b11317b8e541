# SPDX-License-Identifier: BSD-2-Clause
"""vmclock-find as a command: what it printed, by its keys."""
import re
import subprocess


class Answer:
    def __init__(self, done):
        self.status = done.returncode
        lines = done.stdout.splitlines()
        first = lines.index("vmclock-find.format=1") if "vmclock-find.format=1" in lines else len(lines)
        self.text = lines[:first]
        self.keys = dict(line.split("=", 1) for line in lines[first:])
        self.complaint = done.stderr

    def devices(self):
        """(PHYS, LENGTH, interrupt cells) of each."""
        count = int(self.keys["devices"])
        return [(int(self.keys[f"device{i}.phys"], 16), int(self.keys[f"device{i}.length"], 16),
                 cells(self.keys[f"device{i}.interrupt"])) for i in range(1, count + 1)]

    def refusals(self):
        count = int(self.keys["refusals"])
        return [self.keys[f"refusal{i}.error"] for i in range(1, count + 1)]


def cells(text):
    return [] if text == "none" else [int(cell, 16) for cell in text.split(",")]


def run(command, *arguments, stdin=subprocess.DEVNULL, **more):
    return Answer(subprocess.run([command, *map(str, arguments)], stdin=stdin, capture_output=True,
                                 text=True, timeout=60, **more))


def oracle(source):
    """What a source of tests/data expects: an error's name or "ok", and devices as above."""
    expected = re.findall(r"^// Expect: (.*)$", source.read_text(), re.M)
    devices = []
    for line in expected:
        if line.startswith("ok "):
            _, phys, length, *irq = line.split()
            devices.append((int(phys, 16), int(length, 16), [int(cell, 16) for cell in irq[1:]]))
    return expected[0].split()[0], devices
