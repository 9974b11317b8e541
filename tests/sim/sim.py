#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Years of a guest's life in virtual time, seconds of ours.

A drifting, temperature-swinging oscillator; a host that refines its page, steps it, migrates the
machine and restores it; a leap second of each sign; a source of the guest's own, which calibrates;
and a steered clock. Checked in exact integers:

  - the true time is in every interval that is given, while nobody lies;
  - intervals are no wider than stated: the page's by 4 * 2^-64 s, a calibrated one's by 1 part in
    1000 and 4 ns, a combined one's by 2 ns, than the ideal;
  - the steered clock never goes backwards in an epoch; within 1 s, or at 500 ppm, after an update it is
    within 10 ps of its reference (500 ppm of the slowest tick, 16 ns, are 8 ps);
  - every event is reported once, as what it is.
"""
import argparse
import collections
import random
import subprocess
import sys
import threading
import time
from fractions import Fraction

from world import DAY_SEC, FRAC, HOST_ERROR_NS, HOST_RATE_PPB, NS, SEC, World

UNIT = 1 << 64
TIME, LABELS, MARKER, GENERATION = 1, 2, 16, 32
REFINED, STEPPED, DISRUPTED = 0, 2, 4
ERR_DISRUPTED, ERR_CONTRADICTION, ERR_TOO_FAR = -5, -6, -8
RATE_PPM, LIMIT_NS = 500, NS
TOLERANCE_PPB = 50000
SOURCE_NS = 5000000
SHOWN = 10
EVENTS = ("refined", "nothing", "stepped", "too far", "migrated", "restored")


class Sim:
    def __init__(self, options):
        self.rng = random.Random(options.seed)
        self.world = World(self.rng, options.years)
        self.options, self.lines, self.checks = options, [], []
        self.process = subprocess.Popen([options.driver], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.seen_labels = None
        self.samples, self.calibration = [], None  # of the guest's own source; with its marker
        self.epoch, self.epoch_over, self.last_own = 1, 0, (0, 0)
        self.counts, self.faults = collections.Counter(), []

    def ask(self, line, check, *context):
        self.lines.append(line)
        self.checks.append((check, context, line))

    def at(self):
        self.lines.append(f"at {self.world.counter}")

    # What is asked, and what has to come back.

    def publish(self):
        """The host publishes; what of it the guest will find changed."""
        w = self.world
        self.ask("pub " + w.publish(), self.is_ok)
        labels, before = w.calendar.at(w.page[4] >> 64)[2:], self.seen_labels
        self.seen_labels = labels
        return TIME | (LABELS if before not in (None, labels) else 0)

    def events(self, changed, verdict, disrupted, cloned, name):
        self.counts[name] += 1
        self.ask("events", self.is_event, (changed, verdict, disrupted, cloned), name)
        self.ask("events", self.is_event, (0, REFINED, 0, 0), f"again after {name}")

    def read(self):
        w = self.world
        self.at()
        if not w.lie:
            self.ask("now", self.is_reading, w.true, w.page_width())
        else:
            self.ask("now", self.is_ok)
        if self.calibration:
            marker, ends = self.calibration
            if marker != w.marker:
                self.ask("calibrated", self.is_code, ERR_DISRUPTED)
                self.ask("combine", self.is_code, ERR_DISRUPTED)
            else:
                self.ask("calibrated", self.is_calibrated, w.true, ends(w.counter))
                if not w.lie:
                    self.ask("combine", self.is_combined, w.true)

    def steer(self):
        """A reading, an update, and readings until the offset is gone and after."""
        w = self.world
        if self.epoch_over:
            self.ask("steer", self.is_code, self.epoch_over)
            self.ask("update", self.is_code, self.epoch_over)
            self.ask("epoch", self.is_ok)
            self.epoch, self.epoch_over = self.epoch + 1, 0
        else:
            self.ask("steer", self.is_steered, self.epoch, None)
            self.ask("update", self.is_ok)
        state, since = {}, w.counter
        self.ask("steer", self.is_steered, self.epoch, lambda own, ref: state.update(ahead=own - ref))
        for until_sec in (0.3, 1.0001, 600, 2000.2): # for no offset, up to 1 s at 500 ppm
            w.skip(round(w.oscillator.hz * until_sec) - (w.counter - since))
            self.at()
            self.ask("steer", self.is_steered, self.epoch,
                     self.gone(state, (w.counter - since) / w.oscillator.hz))

    def gone(self, state, after_sec):
        """The judge of a reading so long after an update, which had the offset state['ahead']."""
        w = self.world
        true, honest = w.true, not w.lie
        most_ns = HOST_ERROR_NS + (w.counter - w.page[0]) / w.oscillator.hz * HOST_RATE_PPB + 1

        def check(own, ref):
            needed_sec = max(1.0, abs(state["ahead"]) / UNIT * 10**6 / RATE_PPM)
            if after_sec < needed_sec + 1e-4:
                return
            self.counts["converged"] += 1
            if abs(own - ref) > UNIT // 10**11:
                self.faults.append(f"{after_sec} s after an update still {(own - ref) / UNIT} s off")
            if honest and abs(own - true // FRAC) * NS > most_ns * UNIT:
                self.faults.append(f"{after_sec} s after an update {(own - true // FRAC) / UNIT} s "
                                   "off the truth")
        return check

    def sample(self):
        """The source says an interval around the truth, while the counter goes on."""
        w = self.world
        before, took, inside = w.counter, self.rng.randrange(100000), self.rng.random()
        w.skip(round(took * inside))
        early, late = (self.rng.randrange(SOURCE_NS) * SEC // NS for _ in range(2))
        earliest, latest = (w.true - early) // FRAC, -(-(w.true + late) // FRAC)
        w.skip(took - round(took * inside))
        self.samples.append((before, w.counter, earliest, latest, w.marker))
        self.ask(f"sample {before} {w.counter} {earliest >> 64} {earliest % UNIT} "
                 f"{latest >> 64} {latest % UNIT}", self.is_ok)
        self.at()

    def calibrate(self):
        first, last = self.samples
        self.samples = []
        line = f"calibrate 0 0 0 1 0 0 {TOLERANCE_PPB}"
        if first[4] != last[4]:
            self.ask(line, self.is_code, ERR_DISRUPTED)
            return
        self.ask(line, self.is_ok)
        tolerance = Fraction(TOLERANCE_PPB, NS)
        slow = Fraction(last[2] - first[3], last[1] - first[0]) * (1 - tolerance)
        fast = Fraction(last[3] - first[2], last[0] - first[1]) * (1 + tolerance)

        def ends(counter):
            """The ideal: what two samples and the tolerance say of a later counter value."""
            return last[2] + (counter - last[1]) * slow, last[3] + (counter - last[0]) * fast
        self.calibration = last[4], ends

    # Judges of the answers.

    def fault(self, line, text):
        self.faults.append(f"{line[:60]}: {text}")

    def is_code(self, line, got, code):
        if got[0] != code:
            self.fault(line, f"code {got[0]}, not {code}")
        return got[0] == code

    def is_ok(self, line, got):
        return self.is_code(line, got, 0)

    def is_event(self, line, got, want, name):
        if tuple(got) != want:
            self.fault(line, f"{name}: {got}, not {want}")

    def contains(self, line, got, true):
        earliest, latest = got[3] * UNIT + got[4], got[5] * UNIT + got[6]
        self.counts["intervals"] += 1
        if not earliest * FRAC <= true <= latest * FRAC:
            self.fault(line, f"the true time is outside by "
                       f"{max(earliest * FRAC - true, true - latest * FRAC) / SEC} s")
        return latest - earliest

    def is_reading(self, line, got, true, width):
        if not self.is_code(line, got, 0):
            return
        self.page_got = self.contains(line, got, true)
        if (self.page_got - 4) * width[1] > width[0]:
            self.fault(line, "wider than the page says")
        posix, in_leap, _, _ = self.world.calendar.at(got[1])
        if got[7:10] != [0, posix, in_leap]:
            self.fault(line, f"UTC {got[7:10]}, not {posix}, {in_leap}")
        self.counts["leap seconds read"] += in_leap

    def is_calibrated(self, line, got, true, ideal):
        if self.is_code(line, got, 0):
            self.calibrated_got = self.contains(line, got, true)
            if self.calibrated_got > (ideal[1] - ideal[0]) * 1001 / 1000 + 4 * UNIT // NS:
                self.fault(line, "wider than stated")

    def is_combined(self, line, got, true):
        if self.is_code(line, got, 0):
            width = self.contains(line, got, true)
            if width > min(self.page_got, self.calibrated_got) + 3 * UNIT // NS:
                self.fault(line, "wider than each source")

    def is_steered(self, line, got, epoch, then):
        if not self.is_code(line, got, 0):
            return
        own, earliest, latest = (got[n] * UNIT + got[n + 1] for n in (2, 4, 6))
        if got[1] != epoch:
            self.fault(line, f"epoch {got[1]}, not {epoch}")
        if got[8] != (earliest <= own <= latest):
            self.fault(line, "converged is wrong")
        if (epoch, own) < self.last_own:
            self.fault(line, f"{(self.last_own[1] - own) / UNIT} s backwards")
        self.last_own = epoch, own
        if then:
            then(own, (earliest + latest) // 2)

    # The course of the years.

    def step(self, event):
        w = self.world
        w.run(w.until_leap(self.options.step_sec + self.rng.random()))
        self.read()
        if event == "nothing":
            self.counts[event] += 1
            self.ask("events", self.is_event, (0, REFINED, 0, 0), event)
        elif event == "refined":
            self.events(self.publish(), REFINED, 0, 0, event)
        elif event in ("stepped", "too far"):
            sec = self.rng.uniform(0.3, 0.9) if event == "stepped" else self.rng.uniform(1.1, 9)
            w.lie = round(self.rng.choice((-1, 1)) * sec * SEC) if not w.lie else 0
            self.events(self.publish(), STEPPED, 0, 0, event)
            if event == "too far":
                self.ask("update", self.is_code, ERR_TOO_FAR)
                self.epoch_over = ERR_TOO_FAR
        else:
            (w.migrate if event == "migrated" else w.restore)(self.rng.uniform(0.1, 100))
            self.at()
            changed = self.publish() | MARKER | (GENERATION if event == "restored" else 0)
            self.events(changed, DISRUPTED, 1, int(event == "restored"), event)
            self.epoch_over = ERR_DISRUPTED
        self.at()
        self.steer()
        if self.rng.random() < 0.2 or len(self.samples) == 1:
            self.sample()
            if len(self.samples) == 2:
                self.calibrate()

    def choose(self, last):
        """A lie is over after a step, by one of the same size: too far there is too far back."""
        if self.world.lie:
            return "too far" if abs(self.world.lie) > SEC else "stepped"
        rare = 0 if last == "nothing" else 1  # an old page's interval is wider than some lies
        return self.rng.choices(EVENTS, (70, 25, rare, rare, rare, rare))[0]

    def run(self):
        steps = int(self.options.years * 365.25 * DAY_SEC / self.options.step_sec)
        self.ask("pub " + self.world.publish(), self.is_ok)
        self.seen_labels = self.world.calendar.at(self.world.page[4] >> 64)[2:]
        self.at()
        self.lines.append(f"start {LIMIT_NS} {RATE_PPM * 1000}")
        self.ask("epoch", self.is_ok)
        event = "refined"
        for _ in range(steps):
            event = self.choose(event)
            self.step(event)
            if len(self.lines) > 20000:
                self.judge()
        self.judge()
        self.process.stdin.close()
        return self.process.wait()

    def judge(self):
        """Lets the driver answer what was asked so far."""
        feeder = threading.Thread(target=self.feed, args=("\n".join(self.lines) + "\nflush\n",))
        feeder.start()
        for check, context, line in self.checks:
            answer = self.process.stdout.readline()
            if not answer:
                sys.exit(f"the driver ended at: {line}")
            check(line, list(map(int, answer.split())), *context)
        feeder.join()
        self.lines, self.checks = [], []

    def feed(self, text):
        try:
            self.process.stdin.write(text)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--driver", required=True)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--step-sec", type=float, default=7200, help="between events")
    parser.add_argument("--seed", type=int, default=20260101)
    options = parser.parse_args()
    print(f"{options.years} years, {options.step_sec} s a step, seed {options.seed}")
    began = time.monotonic()
    sim = Sim(options)
    code = sim.run()
    print(", ".join(f"{count} {what}" for what, count in sim.counts.items()))
    for fault in sim.faults[:SHOWN]:
        print("FAULT", fault)
    never = [what for what in (*EVENTS, "converged", "leap seconds read") if not sim.counts[what]]
    if never and options.years >= 10:
        print("FAULT never seen:", ", ".join(never))
    print(f"{len(sim.faults)} faults in {time.monotonic() - began:.1f} s")
    return 1 if code or sim.faults or (never and options.years >= 10) else 0


if __name__ == "__main__":
    sys.exit(main())
