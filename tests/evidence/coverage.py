# SPDX-License-Identifier: BSD-2-Clause
"""Which lines, branches and conditions of lib, drivers and boot/report the unit suites run, by clang.

All is built once more with clang's coverage in OUT/coverage/build. Of what an inline function compiled into
several programs has, the union counts. A condition is covered as MC/DC wants it: a pair of runs shows that
it alone decides. unreached.txt names what no test can reach, with the proof; a line there that the tree does
not have, or that is reached, is a fault.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
from collections import defaultdict

import flakes
import page as pages
import store

NAME = "coverage"
TITLE = "lines, branches and conditions that the unit suites and the oracle run"
INPUTS = ("lib", "drivers", "arch", "boot/report", "tests/unit", "tests/targets", "tests/oracle", "tests/data",
          "tests/evidence/coverage.py", "tests/evidence/unreached.txt")
SUBJECTS = ("lib", "drivers", "boot/report")
ROWS = r"^unit\.(core|reader|reader-quick|tries|audit|guard|publish|publish-(sequence|promise|random)|calibrate|" \
       r"combine|steer.*|number|acpi\.(rsdp|roots|tables|search|around|efi|efi_map|efi_memory|resource|aml|returned|" \
       r"fadt|pairs|unusual|beside|corpus|several|acpica)|source\..*|report\..*|" \
       r"fdt\.(search|malformed|pairs|libfdt|changes|oracle)|efi\..*|newlib.*)$|^targets\.counter$"
CELLS = r"\.(gcc|clang)-O.$|\.(portable|sanitized)$"
TARGETS = ("acpi_corpus", "fdt_corpus", "oracle_driver")
ORACLE, CASES = "tests/oracle/oracle_driver", ("--cases", "100000", "--thin", "12")
UNREACHED = pathlib.Path(__file__).resolve().parent / "unreached.txt"
KINDS = ("line", "branch", "condition")


def tools():
    """(clang, llvm-cov, llvm-profdata, whether it knows MC/DC), the newest there are."""
    for suffix in ("-21", "-20", "-19", ""):
        names = [name + suffix for name in ("clang", "llvm-cov", "llvm-profdata")]
        if all(store.said(name, "--version") != "none" for name in names):
            return *names, int(store.version(names[0]).split(".")[0]) >= 19
    raise store.NotRun("no clang with llvm-cov and llvm-profdata")


def run_logged(command, folder, **options):
    with (folder / "log").open("ab") as log:
        done = subprocess.run([str(word) for word in command], stdout=log, stderr=subprocess.STDOUT, check=False,
                              preexec_fn=store.end_with_us, **options)
    if done.returncode:
        raise store.NotRun(f"{command[0]} failed: see {folder / 'log'}")


def rows_of(build):
    """{row: its command's words in the build}; CTest itself does not say those of what is not built yet."""
    rows = {}
    for file in build.glob("tests/**/CTestTestfile.cmake"):
        for name, words in re.findall(r"^add_test\(\[=*\[(.*?)\]=*\] (.*)\)$", file.read_text(encoding="utf-8"), re.M):
            if re.search(ROWS, name) and not re.search(CELLS, name):
                rows[name] = re.findall(rf'"{re.escape(str(build))}/([^"]*)"', words)
    return rows


def built(context, folder, clang, mcdc):
    """Configures and builds what the rows name. Returns the build and its programs."""
    build = folder / "build"
    # Atomic, as threads that share a counter lose counts: a branch that is counted as a difference is then missed.
    flags = "-O1 -fprofile-instr-generate -fcoverage-mapping -fprofile-update=atomic"
    flags += " -fcoverage-mcdc" if mcdc else ""
    run_logged(["cmake", "-S", store.ROOT, "--preset", "test", "-B", build, f"-DCMAKE_C_COMPILER={clang}",
                f"-DCMAKE_CXX_COMPILER={clang.replace('clang', 'clang++')}", f"-DCMAKE_C_FLAGS={flags}",
                "-DCMAKE_BUILD_TYPE=None", "-DCMAKE_COMPILE_WARNING_AS_ERROR=OFF",
                "-DCMAKE_EXE_LINKER_FLAGS=-fprofile-instr-generate"], folder)
    listed = subprocess.run(["ninja", "-C", build, "-t", "targets", "all"], check=True, capture_output=True,
                            text=True).stdout
    known = {line.rpartition(": ")[0] for line in listed.splitlines()}
    programs = sorted({word for words in rows_of(build).values() for word in words} & known)
    run_logged(["ninja", "-C", build, f"-j{context.jobs}", *programs, *TARGETS], folder)
    return build, [build / name for name in (*programs, ORACLE) if (build / name).is_file()
                   and os.access(build / name, os.X_OK)]


def exported(llvm_cov, programs, profile, form):
    objects = [word for program in programs[1:] for word in ("-object", program)]
    sources = [store.ROOT / subject for subject in SUBJECTS]
    return subprocess.run([llvm_cov, "export", f"-format={form}", f"-instr-profile={profile}", programs[0],
                           *objects, "-sources", *sources], check=True, capture_output=True, text=True).stdout


def lines_of(lcov):
    """{path: {line: count}}"""
    found, path = {}, None
    for line in lcov.splitlines():
        if line.startswith("SF:"):
            path = os.path.relpath(line[3:], store.ROOT)
            found.setdefault(path, {})
        elif line.startswith("DA:"):
            number, count = map(int, line[3:].split(",")[:2])
            found[path][number] = max(found[path].get(number, 0), count)
    return found


def code_only(lines, texts):
    """Without lines of the preprocessor, and the one that clang counts behind a file that is included in the middle
    of code: no code is there. A macro that is not run is seen where it is used; its own further lines stay."""
    return {path: {number: count for number, count in counts.items()
                   if number <= len(texts(path)) and not texts(path)[number - 1].lstrip().startswith("#")}
            for path, counts in lines.items()}


def sides_of(data):
    """{path: {(line, column, side): count}} of branches, and of conditions {(line, column, index): covered}."""
    branches, conditions = defaultdict(dict), defaultdict(dict)
    for file in data["data"][0]["files"]:
        path = os.path.relpath(file["filename"], store.ROOT)
        for entry in file.get("branches", ()):
            for side, count in (("true", entry[4]), ("false", entry[5])):
                key = (entry[0], entry[1], side)
                branches[path][key] = branches[path].get(key, 0) + count
        for entry in file.get("mcdc_records", ()):
            for index, covered in enumerate(entry[-1]):
                key = (entry[0], entry[1], index)
                conditions[path][key] = conditions[path].get(key, False) or covered
    return branches, conditions


def known_unreached():
    """{(path, line's text, kind, which): why}; which: a side, an index, or "" of a line."""
    known = {}
    for line in UNREACHED.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            path, text, kind, which, why = (part.strip() for part in line.split("@@"))
            known[path, text, kind, which] = why
    return known


def gaps(lines, branches, conditions):
    """[(path, line, kind, which)] of what was not run."""
    found = []
    for path in sorted({*lines, *branches, *conditions}):
        found += [(path, line, "line", "") for line, count in lines.get(path, {}).items() if not count]
        found += [(path, line, "branch", f"{column} {side}") for (line, column, side), count
                  in branches.get(path, {}).items() if not count]
        found += [(path, line, "condition", f"{column} {index}") for (line, column, index), covered
                  in conditions.get(path, {}).items() if not covered]
    return sorted(found)


def judged(found, known, texts):
    """(open gaps, named gaps with why, faults): gaps against what unreached.txt says."""
    left, named, used = [], [], set()
    for path, line, kind, which in found:
        text, behind = texts(path)[line - 1].strip(), before(texts(path), line)
        keys = [(path, words, kind, side) for words in (f"{behind} / {text}", text) for side in (which, "any")]
        key = next((key for key in keys if key in known), None)
        if key:
            used.add(key)
            named.append([path, line, kind, which, known[key]])
        else:
            left.append([path, line, kind, which, text])
    faults = [f"{key[0]}: {key[1]!r} ({key[2]} {key[3]}) is reached, or not there" for key in known
              if key not in used and not known[key].startswith("Only ")]
    return left, named, faults


def before(lines, number):
    """The line in front of a line that is not empty."""
    return next((line.strip() for line in reversed(lines[:number - 1]) if line.strip()), "")


def texts(path, cache={}):  # noqa: B006 (a cache)
    if path not in cache:
        cache[path] = (store.ROOT / path).read_text(encoding="utf-8").splitlines()
    return cache[path]


def counted(lines, branches, conditions):
    """{path: {kind: [covered, all]}}"""
    files = {}
    for path in sorted({*lines, *branches, *conditions}):
        files[path] = {kind: [sum(map(bool, found.get(path, {}).values())), len(found.get(path, {}))]
                       for kind, found in zip(KINDS, (lines, branches, conditions))}
    return files


def result(lines, branches, conditions, mcdc, failed):
    files = counted(lines, branches, conditions)
    left, named, faults = judged(gaps(lines, branches, conditions), known_unreached(), texts)
    total = {kind: [sum(file[kind][i] for file in files.values()) for i in (0, 1)] for kind in KINDS}
    shares = [f"{100 * covered / count:.2f} % of {count:,} {kind}{'es' if kind == 'branch' else 's'}"
              for kind, (covered, count) in total.items() if count]
    faults += [f"{row} failed" for row in failed]
    return {"holds": not left and not faults, "files": files, "total": total, "open": left, "named": named,
            "faults": faults, "mcdc": mcdc,
            "summary": f"{', '.join(shares)}; {len(left)} not reached, {len(named)} more named with proof"}


def run_rows(build, folder, raw, jobs):
    """Those that failed: what they ran counts, but nothing holds."""
    report = folder / "rows.xml"
    report.unlink(missing_ok=True)
    with (folder / "log").open("ab") as log:
        subprocess.run(["ctest", "--test-dir", build, "-R", ROWS, "-E", CELLS, f"-j{jobs}", "--timeout", "1200",
                        "--output-on-failure", "--output-junit", report], stdout=log, stderr=subprocess.STDOUT,
                       check=False, preexec_fn=store.end_with_us,
                       env=dict(os.environ, LLVM_PROFILE_FILE=str(raw / "%m.profraw")))
    if not report.exists():
        raise store.NotRun(f"ctest failed: see {folder / 'log'}")
    return sorted(flakes.judged(report)[0])


def run(context):
    clang, llvm_cov, llvm_profdata, mcdc = tools()
    folder = context.folder(NAME)
    (folder / "log").write_bytes(b"")
    build, programs = built(context, folder, clang, mcdc)
    raw = folder / "raw"
    raw.mkdir(exist_ok=True)
    for old in raw.iterdir():
        old.unlink()
    run_logged([sys.executable, "-B", store.ROOT / "tests/oracle/oracle.py", "--driver", build / ORACLE, *CASES], folder,
               env=dict(os.environ, LLVM_PROFILE_FILE=str(raw / "%m.profraw")))
    failed = run_rows(build, folder, raw, context.jobs)
    profile = folder / "profdata"
    run_logged([llvm_profdata, "merge", "-sparse", *sorted(raw.iterdir()), "-o", profile], folder)
    branches, conditions = sides_of(json.loads(exported(llvm_cov, programs, profile, "text")))
    lines = code_only(lines_of(exported(llvm_cov, programs, profile, "lcov")), texts)
    found = result(lines, branches, conditions, mcdc, failed)
    return {**found, "tool": f"{clang} {store.version(clang)}", "rows": len(rows_of(build))}


def shown(share):
    covered, count = share
    return f"{covered:,} of {count:,}" + ("" if covered == count else f" ({100 * covered / count:.1f} %)")


def page(found):
    lines = [f"{found['rows']} rows, built by {found['tool']}"
             + ("." if found["mcdc"] else "; it is too old for MC/DC: that needs 19 or newer."), ""]
    rows = [(path, *(shown(file[kind]) for kind in KINDS)) for path, file in found["files"].items()]
    rows.append(("all", *(shown(found["total"][kind]) for kind in KINDS)))
    lines += [*pages.table(("file", "lines", "branches", "conditions (MC/DC)"), rows), ""]
    for title, entries in (("Not reached:", found["open"]), ("Named, with the proof:", found["named"])):
        if entries:
            lines += [title, "", *(f"* {path}:{line}: {kind} {which}: `{text}`"
                                   for path, line, kind, which, text in entries), ""]
    return lines + [f"* {fault}" for fault in found["faults"]]
