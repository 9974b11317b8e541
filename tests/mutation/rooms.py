#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Breaks the rooms beside the core in many small ways and sees whether the suite's rows notice.

A copy of the tree is configured once; each mutant is one changed line of it. What a row needs is built again
before it runs, until one fails: first those that kill the most for the time they take, by the mutants of the file
and of its folder so far, then in the table's order. A row that runs no program with the changed file is not asked.
A broken program often says nothing, which tests wait long for, and a busy machine looks alike: what does not end
in a few times what it takes of the unbroken tree is a doubt, and judges with all its time, alone, if no other row
kills. One whose product objects are those of the original is no mutant. equivalents.txt names those that no test can
kill, with a verdict. The rows see no network and can write to the copy alone: a broken script may try anything.
The same --seed, --count and tree give the same mutants. With --log FILE a run that was ended goes on where it
was (what was seen of the unbroken tree's rows is kept beside it, in *.rows), and with --again those that had
survived are judged anew: first all by quick rows (--rows), then the rest.

Exit: 0 if in each room at least --minimum of the others are killed; 77 where there can be no such jail.
"""
import argparse
import json
import os
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, namedtuple
from pathlib import Path

import hasty
import mutants
import scripts
from verdicts import ROOT, clean_up_on_signals, end_with_us, equivalents, key_of, report

# subjects: globs. rows: regular expressions, asked in this order. targets: what rows need beyond the
# programs that their commands name. runs: whether all that is broken is in programs of the build that the rows
# run here, which are seen and alone built again; then targets are built once.
Room = namedtuple("Room", "subjects rows targets runs", defaults=((), False))
PUBLISHER = ("vmclock-publish", "vmclock-dump", "victim", "ask")
ROOMS = {
    "drivers/acpi": Room(
        ("drivers/acpi/*.[ch]",),
        (r"unit\.acpi\.(rsdp|roots|tables|resource|aml|returned|fadt|pairs|efi|efi_memory|search|around|corpus|several)",
         r"find\.acpi"),
        ("acpi_corpus", "acpi_probe")),
    "drivers/efi": Room(("drivers/efi/*.[ch]",), (r"unit\.acpi\.efi.*", r"unit\.efi\..*")),
    "drivers/fdt": Room(
        ("drivers/fdt/*.[ch]", "drivers/collect.h", "drivers/source_names.c"),
        (r"unit\.fdt\.(search|malformed|libfdt|pairs)", r"unit\.fdt\.(changes|oracle)", r"unit\.core",
         r"unit\.msan\.fdt\.(search|changes)"),
        ("fdt_corpus",)),
    "drivers/source": Room(("drivers/source/*.[ch]",), (r"unit\.source\..*", r"unit\.msan\.source\..*")),
    "boot/report": Room(("boot/report/*.[ch]",), (r"unit\.report\..*", r"unit\.number")),
    "boot/linux": Room(
        ("boot/linux/*/*.[ch]", "boot/linux/publish/relation/*.[ch]"),
        (r"unit\.publish(-line|-terms|-slew|-bracket|-leaps|-files|-search|-clocks|-memory|-peer|-task|-folder|-vcpus|-ram|-trace|-counters|-mapped|-kvm|-tcg)?",
         r"unit\.dump\..*",
         r"unit\.publish(er-fails|er-control|er-guest|er-numbers|er-host|er-status|-host)", r"unit\.kvm-cases",
         r"live\.(file|files|refusals|pieces)", r"find\.(acpi|fdt|files)", r"find\.(acpi|fdt)\.checked",
         r"live\.(dump|texts)", r"live\.dump\.checked", r"unit\.publisher",
         r"live\.(two_guests|idle\.x86_64|pause|save_and_load|reset|migrate|publisher_.*)",
         r"live\.(transitions|waiting)\..*", r"live\.(others|kvm_all|late)", r"live\.(kvm|anything)"),
        (*PUBLISHER, "vmclock-find", "monitor", "publish_set", "publish_checked", "find_checked", "dump_checked",
         "acpi_corpus", "fdt_corpus", "boot/linux/all", "bare-x86_64", "bare-aarch64"), True),
    "boot/efi": Room(("boot/efi/*.[ch]", "boot/efi/x86/*.[ch]"),
                     (r"unit\.efi\..*", r"boot\.(no_device|bad_magic|stuck_odd|real_device)",
                      r"boot\.rtc\.efi\.(no_device|no_clock|unreliable|no_bound|x86_64)", r"boot\.check\.disk\.x86_64",
                      r"boot\.efi_driver\.loads"),
                     ("boot/efi/all", "vmclock-check-disk", "tests/boot/all", *PUBLISHER)),
    "boot/bare": Room(
        ("boot/bare/*.[ch]", "boot/bare/x86/*.[ch]", "boot/bare/newlib/*.[ch]"),
        (r"unit\.newlib.*", r"unit\.bare\..*", r"boot\.fault\.x86_64",
         r"boot\.date\.q35\.(no_device|leap_second|smeared|stuck_odd|multiboot|multiboot_refuses|unmapped|time)",
         r"boot\.watch\.q35\.(pending|generation|host_step|status|busy|disruption|live|real_device)",
         r"boot\.memory\.(q35|pc)\..*", r"boot\.rtc\.set\.(refused\.)?x86_64", r"boot\.bare\.x86_64\.example",
         r"boot\.(pair|clocks)\.x86_64\..*", r"boot\.date\.calibrated\.(cmos|lagging|real_device)"),
        ("bare-x86_64", *PUBLISHER)),
    "boot/vm": Room(("boot/vm/*.py",), (r"boot\.(driver|parts|bootdisk)", r"boot\.verdict")),
    "boot/setup": Room(
        ("boot/setup/*", "boot/run", "tests/run"),
        (r"setup\.(run_test|qemu_test|newlib_test|pairs_test|calls_test)", r"setup\.(boot_run_test|fetch_test)",
         r"setup\.(setup_test|alive\.(step|short_step))", r"setup\.source_test", r"setup\.path\.refused",
         r"boot\.driver", r"setup\.alive\.(tests_run|boot_run|fetching|packages)")),
}
ENDINGS = {".c": mutants.of_file, ".h": mutants.of_file, ".py": scripts.of_python,
           ".sh": scripts.of_shell, "": scripts.of_shell}
LEAST_SEC, UNBROKEN_SEC, BUILD_SEC = 60, 600, 900
HASTY_LEAST_SEC, HASTY_SLOWER = 5, 4  # at first; then SLOWER and LEAST_SEC
DOUBTS = 2  # so many rows that do not end are enough to judge by one of them with all its time
FIRST_BUILD_SEC = 7200  # of all that a room's rows need, by whatever a busy machine leaves
SLOWER = 5  # a mutant may take so much longer than the unbroken tree
# Runs "$@" with nothing to write to but the folder $1, whose tmp is /tmp for it: names of files there are as
# short as elsewhere, where lines about them are cut. It is not the first process there, which most signals leave
# alone, and whose number tests may take for another's.
JAIL = """
mount --make-rprivate / && mount --bind "$1" "$1" && mount -o remount,bind,ro / || exit 78
TMPDIR=/tmp; export TMPDIR
case $1 in /tmp/*) TMPDIR=$1/tmp ;; *) mount --bind "$1/tmp" /tmp || exit 78 ;; esac
shift; "$@"
exit $?
"""
# The last of them ends with the first.
UNSHARE = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
# hasty: the command that is asked at first. sources: what the programs that it runs are made of; None: not known.
# skips: what its output matches if it was not run.
Row = namedtuple("Row", "name command hasty folder environment targets sources skips")


def subjects_of(room):
    found = {path for glob in room.subjects for path in ROOT.glob(glob) if path.is_file()}
    found = {path.relative_to(ROOT) for path in found if path.suffix in ENDINGS}
    return sorted(map(str, found))


def mutants_of(room):
    return [mutant for path in subjects_of(room)
            for mutant in ENDINGS[Path(path).suffix](path, (ROOT / path).read_text())]


class Bench:
    """A copy of the tree that is broken and mended again, and its build."""

    def __init__(self, folder, jobs):
        self.folder, self.tree, self.build = folder, folder / "tree", folder / "build"
        self.jobs, self.groups = jobs, []
        (folder / "tmp").mkdir(mode=0o1777)
        (folder / "tmp").chmod(0o1777)
        folder.chmod(0o755)
        shutil.copytree(ROOT, self.tree, symlinks=True,
                        ignore=shutil.ignore_patterns("build", ".git", "__pycache__"))
        # Where the copy is must not matter to a compiler's cache.
        self.environment = dict(os.environ, CCACHE_BASEDIR=str(folder), CCACHE_NOHASHDIR="1",
                                PYTHONDONTWRITEBYTECODE="1")
        if shutil.which("ccache"):
            self.environment["CMAKE_C_COMPILER_LAUNCHER"] = "ccache"
        self.jail = UNSHARE if os.geteuid() == 0 else [*UNSHARE, "--user", "--map-root-user"]

    def run(self, command, limit_sec, folder=None, environment=None, output=None):
        """The exit status; None if it does not end in time. Leaves nothing running."""
        process = subprocess.Popen(command, cwd=folder, env=environment or self.environment,
                                   stdin=subprocess.DEVNULL, stdout=output or subprocess.DEVNULL,
                                   stderr=subprocess.STDOUT, start_new_session=True,
                                   preexec_fn=end_with_us)
        self.groups.append(process.pid)
        try:
            return process.wait(limit_sec)
        except subprocess.TimeoutExpired:
            return None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            self.groups.remove(process.pid)

    def jailed(self, command, limit_sec, folder="/", environment=None, output=None):
        command = [*self.jail, "sh", "-c", JAIL, "jail", str(self.folder), *command]
        return self.run(command, limit_sec, folder, environment, output)

    def logged(self, command, limit_sec, what):
        log = self.folder / "log"
        with log.open("wb") as output:
            status = self.run(command, limit_sec, self.folder, output=output)
        if status != 0:
            sys.exit(f"{log.read_text(errors='replace')}\nrooms.py: {what} failed: {shlex.join(command)}")

    def configure(self):
        self.logged(["cmake", "-S", str(self.tree), "--preset", "test", "-B", str(self.build)], BUILD_SEC, "configuring")

    def ninja(self, targets):
        return not targets or self.run(["ninja", "-C", str(self.build), f"-j{self.jobs}", *targets],
                                       BUILD_SEC) == 0

    def break_line(self, mutant):
        """Returns what mends it."""
        path = self.tree / mutant.path
        text = path.read_text()
        lines = text.splitlines(keepends=True)
        lines[mutant.line] = mutant.text + "\n"
        path.write_text("".join(lines))
        return lambda: path.write_text(text)


class Compiled:
    """The objects of a room's sources, as images and programs have them: not as sanitizers want it."""

    def __init__(self, bench, room):
        self.bench = bench
        self.sources = [path for path in subjects_of(room) if path.endswith(".c")]
        self.commands = {}
        for builds in {bench.build, *(file.parent for file in bench.build.glob("boot/bare/*/build.ninja"))}:
            listed = subprocess.run(["ninja", "-C", builds, "-t", "compdb"], check=True,
                                    capture_output=True, text=True).stdout
            for entry in json.loads(listed[listed.index("["):]):
                self.learn(entry)
        self.original = {}

    def learn(self, entry):
        path = entry["file"].removeprefix(f"{self.bench.tree}/")
        if path not in self.sources:
            return
        for part in entry["command"].split(" && "):
            if part.endswith(f" -c {entry['file']}") or f" -c {entry['file']} " in part:
                words = [word for word in shlex.split(part)
                         if not re.match(r"-f(no-)?sanitize|-g$|-M[DTF]?$|.*/ccache$", word)]
                words = [word for word in words if word != "-o" and not word.endswith((".d", ".o", ".obj"))]
                self.commands.setdefault(path, (words, entry["directory"]))

    def compile(self, path):
        words, folder = self.commands[path]
        output = self.bench.folder / "object"
        if self.bench.run([*words, "-o", str(output)], BUILD_SEC, folder) != 0:
            return None
        return output.read_bytes()

    def affected(self, mutant):
        return self.commands if mutant.path.endswith(".h") else {mutant.path} & {*self.commands}

    def prepare(self, mutant):
        """While nothing is broken."""
        for path in self.affected(mutant):
            if path not in self.original:
                self.original[path] = self.compile(path)

    def verdict(self, mutant):
        """None if it is another program."""
        affected = self.affected(mutant)
        same = bool(affected)
        for path in affected:
            compiled = self.compile(path)
            if compiled is None:
                return "does not compile"
            same &= compiled == self.original[path]
        return "same code" if same else None


class Judge:
    """The rows of a room; how long each takes when nothing is broken is seen when it may first be asked."""

    def __init__(self, bench, name, asked, build=None, notes=None):
        """notes: a file of what was learnt of the rows."""
        self.bench, self.room, self.notes = bench, ROOMS[name], notes
        self.known = json.loads(notes.read_text()) if notes and notes.exists() else {}
        self.build, self.pattern = build or bench.build, asked
        self.compiles = build is None
        self.programs = self.named_programs() if self.compiles else {}
        if self.compiles:
            targets = [path for paths in self.programs.values() for path in paths]
            targets += self.room.targets if self.room.runs else ()
            bench.logged(["ninja", "-C", str(bench.build), f"-j{bench.jobs}", *targets], FIRST_BUILD_SEC,
                         f"building what the rows of {name} need")
        self.headers = self.known_headers() if self.compiles else {}
        self.rows = self.named_rows()
        if not self.rows:
            sys.exit(f"rooms.py: no row judges {name}")
        self.took_sec, self.learning_sec = {}, 0
        self.compiled = Compiled(bench, self.room) if self.compiles else None
        self.kills = Counter()  # of (path or folder, row)

    def order(self, name):
        """Of a row by the table; None for another room's, or one that is not to be asked."""
        if not re.search(self.pattern, name):
            return None
        return next((at for at, pattern in enumerate(self.room.rows) if re.fullmatch(pattern, name)), None)

    def named_programs(self):
        """{row: what its command and its environment name that is built}"""
        listed = subprocess.run(["ninja", "-C", self.build, "-t", "targets", "all"], check=True,
                                capture_output=True, text=True).stdout
        known = {line.rpartition(": ")[0] for line in listed.splitlines()}
        found = {}
        for file in self.build.glob("tests/**/CTestTestfile.cmake"):
            for name, words in re.findall(r"^(?:add_test|set_tests_properties)\(\[=*\[(.*?)\]=*\] ([^\n]*)",
                                          file.read_text(), re.M):
                if self.order(name) is not None:
                    named = re.findall(rf'{re.escape(str(self.build))}/([^";]*)', words)
                    found[name] = sorted({*named} & known | {*found.get(name, ())})
        return found

    def named_rows(self):
        listed = subprocess.run(["ctest", "--test-dir", self.build, "--show-only=json-v1"], check=True,
                                capture_output=True, text=True).stdout
        rows = []
        for test in json.loads(listed.replace(str(ROOT) + "/", f"{self.bench.tree}/"))["tests"]:
            if self.order(test["name"]) is None or "command" not in test:
                continue
            properties = {entry["name"]: entry["value"] for entry in test["properties"]}
            environment = dict(word.split("=", 1) for word in properties.get("ENVIRONMENT", ()))
            command = test["command"]
            programs = self.programs.get(test["name"], ())
            itself = self.compiles and Path(command[0]).is_relative_to(self.build)
            rows.append(Row(test["name"], command, self.hasty(test["name"], command),
                            properties["WORKING_DIRECTORY"], {**self.bench.environment, **environment},
                            [*programs] if itself else [*self.room.targets, *programs],
                            self.sources_of(programs) if itself else None,
                            "|".join(properties.get("SKIP_REGULAR_EXPRESSION", ()))))
        return sorted(rows, key=lambda row: self.order(row.name))

    def hasty(self, name, command):
        """With what it takes to end at the first failure, if it is of unittest."""
        for at, word in enumerate(command):
            script = word.endswith(".py") and "unittest.main(" in Path(word).read_text()
            if script or command[at:at + 2] == ["-m", "unittest"]:
                with_haste = [str(self.bench.tree / "tests/mutation/hasty.py"), str(self.times(name))]
                return [*command[:at], *with_haste, *command[at:]]
            if word.endswith(".py"):
                break
        return command

    def times(self, name):
        return self.bench.folder / "tmp" / f"{name}.times"

    def sources_of(self, programs):
        listed = subprocess.run(["ninja", "-C", self.build, "-t", "inputs", *programs], check=True,
                                capture_output=True, text=True).stdout.splitlines()
        return {self.in_tree(line) for line in listed}.union(*(self.headers.get(line, ()) for line in listed))

    def in_tree(self, path):
        """A path that ninja names: relative to the build, where a compiler's cache made it so."""
        return os.path.normpath(self.build / path).removeprefix(f"{self.bench.tree}/")

    def known_headers(self):
        """{object: what it includes}, of what was built."""
        found, headers = {}, set()
        for line in subprocess.run(["ninja", "-C", self.build, "-t", "deps"], check=True, capture_output=True,
                                   text=True).stdout.splitlines():
            if line.startswith(" "):
                headers.add(self.in_tree(line.strip()))
            else:
                headers = found[line.partition(": ")[0]] = set()
        return found

    def executables(self):
        listed = subprocess.run(["ninja", "-C", self.build, "-t", "targets", "all"], check=True,
                                capture_output=True, text=True).stdout
        rules = (line.rpartition(": ") for line in listed.splitlines())
        return [path for path, _, rule in rules if "EXECUTABLE_LINKER" in rule and (self.build / path).is_file()]

    def asked(self, path):
        """The rows that may notice a change of a file, the likeliest for their time first."""
        folder = str(Path(path).parent)

        def worth(row):
            kills = 4 * self.kills[path, row.name] + self.kills[folder, row.name]
            return -kills / (self.took_sec.get(row.name, 2) + 0.5)
        return sorted((row for row in self.rows if row.sources is None or path in row.sources), key=worth)

    def unbroken_sec(self, row):
        """How long it takes; None if it fails, twice: on a machine that is busy, or without a network, some do."""
        if self.compiles and not self.bench.ninja(row.targets):
            sys.exit(f"rooms.py: what {row.name} needs cannot be built of the unbroken tree")
        log = self.bench.folder / "log"
        for _ in range(2):
            began = time.monotonic()
            with log.open("wb") as output:
                status = self.bench.jailed(row.hasty, UNBROKEN_SEC, row.folder, row.environment, output)
            told = log.read_text(errors="replace")
            if status == 0 and not (row.skips and re.search(row.skips, told)):
                return time.monotonic() - began
        print(f"{told}\nnot asked any more, as it fails or is skipped on the unbroken tree: {row.name}", flush=True)
        return None

    def learn(self, row):
        """How long it takes and what it runs, of an unbroken tree; it is asked no more if it cannot judge."""
        times = self.times(row.name)
        if row.name not in self.known:
            programs = {self.build / path for path in self.executables()} if self.room.runs else ()
            for path in programs:
                os.utime(path, (0, path.stat().st_mtime))  # the system sets it anew when it is read, as it is old
            took_sec = self.unbroken_sec(row)
            self.known[row.name] = {
                "sec": took_sec, "cases": json.loads(times.read_text()) if times.exists() else None,
                "runs": [str(path.relative_to(self.build)) for path in programs if path.stat().st_atime > 0]}
            if self.notes:
                self.notes.write_text(json.dumps(self.known))
        known, at = self.known[row.name], self.rows.index(row)
        if known["sec"] is None:
            del self.rows[at]
            return
        if known["cases"]:
            times.write_text(json.dumps(known["cases"]))
        self.took_sec[row.name] = known["sec"]
        if row.sources is None and self.room.runs:
            self.rows[at] = row._replace(targets=known["runs"], sources=self.sources_of(known["runs"]))

    def learned(self, path):
        """The rows that may notice a change of a file, while nothing is broken."""
        began = time.monotonic()
        for row in self.asked(path):
            if row.name not in self.took_sec:
                self.learn(row)
        self.learning_sec += time.monotonic() - began
        return self.asked(path)

    def attempt(self, row, patient=False):
        """Whether it passes; None: not in time."""
        took_sec = self.took_sec[row.name]
        limit_sec = (max(LEAST_SEC, SLOWER * took_sec) if patient else
                     2 * max(HASTY_LEAST_SEC, HASTY_SLOWER * took_sec))  # each case has a limit of its own
        status = self.bench.jailed(row.command if patient else row.hasty, limit_sec, row.folder, row.environment)
        return None if status in (None, hasty.IMPATIENT) else status == 0

    def ask(self, rows):
        """The verdict, of a broken tree."""
        doubts = []
        for row in rows:
            if len(doubts) >= DOUBTS:
                break
            if self.compiles and not self.bench.ninja(row.targets):
                return "does not compile", None
            passes = self.attempt(row)
            if passes is None:
                doubts.append(row)
            elif not passes:
                return f"killed by {row.name}", row
        for row in doubts:
            passes = self.attempt(row, patient=True)
            if not passes:
                return f"killed by {row.name}" + (", which did not end" if passes is None else ", slowly"), row
        left = rows[rows.index(doubts[-1]) + 1:] if doubts else []
        return self.ask(left) if left else ("survived", None)

    def verdict(self, mutant):
        in_c = self.compiles and mutant.path.endswith((".c", ".h"))
        if in_c:
            self.compiled.prepare(mutant)
        rows = self.learned(mutant.path)
        mend = self.bench.break_line(mutant)
        try:
            verdict, row = (self.compiled.verdict(mutant) if in_c else None), None
            if not verdict:
                verdict, row = self.ask(rows)
            if row:
                self.kills.update(((mutant.path, row.name), (str(Path(mutant.path).parent), row.name)))
            return verdict
        finally:
            mend()


def home_of(build):
    """The tree that a build is of."""
    found = re.search(r"^CMAKE_HOME_DIRECTORY:INTERNAL=(.*)$", (build / "CMakeCache.txt").read_text(), re.M)
    return Path(found[1])


def needs_build(name):
    return any(path.endswith((".c", ".h")) for path in subjects_of(ROOMS[name]))


def known_verdicts(log, again):
    """{mutant: verdict}, of the runs before; of one that was judged twice the last. again: not that one survived,
    unless no test can kill it.
    """
    if not log or not log.exists():
        return {}
    entries = map(json.loads, log.read_text().splitlines())
    known = {mutants.Mutant(*entry["mutant"]): entry["verdict"] for entry in entries}
    equal = equivalents() if again else ()
    return {mutant: verdict for mutant, verdict in known.items()
            if not again or verdict != "survived" or key_of(mutant) in equal}


def note(log, name, mutant, verdict, began):
    if log:
        entry = {"room": name, "verdict": verdict, "sec": round(time.monotonic() - began, 1), "mutant": mutant}
        with log.open("a") as stream:
            stream.write(json.dumps(entry) + "\n")


def chosen_of(name, options):
    found = mutants_of(ROOMS[name])
    if options.only:
        found = [mutant for mutant in found if mutant.path in options.only]
    random.Random(options.seed).shuffle(found)
    if options.spread:
        turns = Counter()
        rounds = [turns.update((mutant.path,)) or turns[mutant.path] for mutant in found]
        found = [found[at] for at in sorted(range(len(found)), key=rounds.__getitem__)]
    return found[:options.count] if options.count else found


def judge_room(bench, name, options):
    """[(mutant, verdict)]"""
    chosen, known = chosen_of(name, options), known_verdicts(options.log, options.again)
    judge = None
    for mutant in chosen:
        if mutant not in known:
            judge = judge or Judge(bench, name, options.rows, None if needs_build(name) else options.build,
                                   options.log and options.log.with_suffix(".rows"))
            began, judge.learning_sec = time.monotonic(), 0
            known[mutant] = judge.verdict(mutant)
            note(options.log, name, mutant, known[mutant], began + judge.learning_sec)
        if options.verbose:
            print(f"{known[mutant]}: {mutant.path}:{mutant.line + 1}: {mutant.text.strip()}", flush=True)
    return [(mutant, known[mutant]) for mutant in chosen]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--room", action="append", choices=ROOMS, help="default: all")
    parser.add_argument("--only", action="append", help="break this file; default: all of the room")
    parser.add_argument("--count", type=int, default=0, help="so many of each room, by --seed; 0: all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--spread", action="store_true",
                        help="a mutant of each file, then a second, however many there are of it")
    parser.add_argument("--jobs", type=int, default=2, help="of the build")
    parser.add_argument("--minimum", type=float, default=90, help="per cent")
    parser.add_argument("--build", type=Path, help="a build of this tree, whose rows judge what is not"
                                                   " compiled; else one is configured")
    parser.add_argument("--rows", default="", help="ask only rows that match this: what survives is to be judged anew"
                                                   " by all; default: all of the room")
    parser.add_argument("--log", type=Path, help="keeps each verdict as it falls; one that is there stands")
    parser.add_argument("--again", action="store_true", help="with --log: judge anew what survived")
    parser.add_argument("--verbose", action="store_true", help="each verdict as it falls")
    options = parser.parse_args()
    if options.build and home_of(options.build) != ROOT:
        parser.error(f"{options.build} is a build of another tree, whose rows would see nothing that is broken here")

    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="vmclock-rooms-", dir=os.environ.get("TMPDIR", "/var/tmp")))
    try:
        bench = Bench(folder, options.jobs)
        clean_up_on_signals(folder, bench.groups)
        if bench.jailed(["true"], LEAST_SEC) != 0:
            print("skipped: no namespaces of its own here, and broken scripts must not run without")
            return 77
        names = options.room or list(ROOMS)
        if not options.build or any(map(needs_build, names)):
            bench.configure()
        shares = {}
        for name in names:
            print(f"{name}:")
            shares[name] = report(judge_room(bench, name, options))
    finally:
        shutil.rmtree(folder)
    print(f"{time.monotonic() - began:.0f} s;", ", ".join(f"{name} {share:.1f} %"
                                                         for name, share in shares.items()))
    return 0 if min(shares.values()) >= options.minimum else 1


if __name__ == "__main__":
    sys.exit(main())
