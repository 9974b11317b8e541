# SPDX-License-Identifier: BSD-2-Clause
"""Proofs by CBMC: sources of the tree, called with any input, up to stated bounds.

Each has no undefined behaviour, reads and writes inside its objects only, ends within the bounds, and gives
what the harness in proofs/ says. Then each guard that is listed is taken out of a copy of the tree: the
proof must fail. What no solver multiplies in its head is tried out by exhaust.c, every value of it.
"""

import functools
import hashlib
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from typing import NamedTuple

import page as pages
import store

NAME = "proofs"
TITLE = "proofs, for all inputs up to bounds"
INPUTS = ("lib", "drivers", "arch", "tests/evidence/proofs", "tests/evidence/proofs.py")
MEMORY = 15 << 30  # bytes, of one run of CBMC
LIMIT_SEC = 1500  # of CPU
INCLUDES = ("lib/include", "drivers/include", ".")
HERE = pathlib.Path(__file__).resolve().parent / "proofs"


class Cut(NamedTuple):
    """A piece of a source and what is put in its place."""

    path: str
    old: str
    new: str


class Proof(NamedTuple):
    name: str
    source: str
    what: str
    bounds: str
    unwind: int
    guards: tuple  # each a Cut without which it must fail
    abstract: tuple = ()  # Cuts that make the proof one of all values of what they replace
    options: tuple = ()  # of CBMC

    @property
    def defines(self):
        """Of the options those that compilers have, too."""
        return tuple(option for option in self.options if option.startswith("-D"))


CURSOR, TOKEN, RESOURCE = "drivers/acpi/cursor.c", "drivers/acpi/token.c", "drivers/acpi/resource.c"
IDS, OBJECT, PATH = "drivers/acpi/ids.c", "drivers/acpi/object.c", "drivers/acpi/path.c"
AML, REACH, REACH_BYTES = "drivers/acpi/aml.c", "drivers/acpi/reach.c", "drivers/acpi/reach_bytes.c"
LIMITS = "drivers/include/vmclock/acpi.h"
RSDP, FADT, TABLES = "drivers/acpi/rsdp.c", "drivers/acpi/fadt.c", "drivers/acpi/tables.c"
EFI_MEMORY = "drivers/efi/memory.c"
SEARCH, RANGE = "drivers/fdt/fdt_search.c", "drivers/fdt/range.c"
PROPERTIES = "drivers/fdt/properties.c"
WIDE, TIME, LEAP, PAGE = "lib/wide.h", "lib/vmclock_time.c", "lib/leap.c", "lib/page.c"

SHIFTED = Cut(WIDE, "    uint64_t sec = wide_multiply(ticks, rate, &frac);",
              "    uint64_t sec = product_high; frac = product_low; (void)ticks; (void)rate;")
FOUR = Cut(WIDE, "uint64_t p00 = a0 * b0, p01 = a0 * b1, p10 = a1 * b0, p11 = a1 * b1;",
           "(void)a0; (void)a1; (void)b0; (void)b1;")
ANY_GROWTH = Cut(WIDE, "    uint64_t sec = wide_multiply(ticks, rate, &frac);",
                 "    uint64_t sec = any_product(&frac); (void)ticks; (void)rate;")
ANY_ERROR = Cut(WIDE, "    uint64_t frac = wide_multiply(rest, UINT64_C(0xb5a52cb98b405447), &guard);",
                "    uint64_t frac = any_product(&guard);")
ANY_QUOTIENT = Cut(WIDE, "    uint64_t low;\n\n    return wide_multiply(n >> 9, UINT64_C(0x44b82fa09b5a53), &low) >> 11;",
                   "    uint64_t low;\n\n    return any_product(&low) + 0 * n;")
CELLS = Cut(RANGE, "    for (i = 0; i < cells * RANGE_CELL_SIZE; i++)\n        value = value << 8 | data[i];\n",
            "    (void)i;\n    value = any_cells(data, cells);\n")
FLAT = ("--no-array-field-sensitivity",)  # an array is one thing to the solver, not one for each element
WIDE_GUARDS = (
    Cut(WIDE, "    a->sec = ~a->sec + ((a->guard | a->frac) == 0);", "    a->sec = ~a->sec + (a->frac == 0);"),
    Cut(WIDE, "    lost |= guard << (63 - shift) << 1;\n", ""),
    Cut(WIDE, "    uint64_t up = a->guard != 0;", "    uint64_t up = a->guard >> 63;"),
    Cut(WIDE, "frac << (63 - shift) << 1;\n    out->frac", "frac << (64 - shift);\n    out->frac"),
)

PROOFS = (
    Proof("page", "page.c", "opening a page, and a snapshot of it while the host writes anything",
          "pages of up to 136 bytes, two tries", 16, (
              Cut(PAGE, "if (size < VMCLOCK_PAGE_SIZE_SIGNAL || size > mapped_size)",
                  "if (size < VMCLOCK_PAGE_SIZE_SIGNAL)"),
              Cut("lib/snapshot.h", "(i + 1) * 8 <= size ?", "i * 8 < size ?"),
              Cut("lib/snapshot.h", "    return have & covered;", "    return have;"))),
    Proof("multiply", "multiply.c", "a product of 64 bits from four of 32", "all products", 2, (
        Cut(WIDE, "(p00 >> 32) + (uint32_t)p01 + p10;", "(p00 >> 32) + p01 + p10;"),
        Cut(WIDE, "return high + (product + low < low);", "return high;")), (FOUR,)),
    Proof("cursor", "cursor.c", "the cursor's numbers, steps and sum", "tables of up to 9 bytes", 11, (
        Cut(CURSOR, "if (cursor->at >= cursor->end) {", "if (cursor->at > cursor->end) {"),
        Cut(CURSOR, "cursor->end - at >= 8; at += 8", "cursor->end - at >= 7; at += 8"))),
    Proof("wide-portable", "wide.c", "the same without a type of 128 bits", "all operands, all shifts", 5,
          (Cut(WIDE, "a->sec += b->sec + carry_frac + (a->frac < carry);", "a->sec += b->sec + carry_frac;"),),
          (SHIFTED,), ("-DVMCLOCK_PORTABLE",)),
    Proof("token", "token.c", "an AML token, its parts, its number", "pieces of up to 8 bytes", 10, (
        Cut(TOKEN, "count > (end - at) >> 2", "count > ((end - at) >> 2) + 1"),
        Cut(TOKEN, "if (length <= more || length > left)", "if (length <= more)"),
        Cut(TOKEN, "(shape & TOKEN_SHAPE_BYTES) > end - at", "0"))),
    Proof("token-again", "token.c", "the same AML token, read again by itself", "pieces of up to 5 bytes", 10, (
        Cut(TOKEN, "(shape & TOKEN_SHAPE_BYTES) > end - at", "0"),),
          options=("-DAGAIN", "-DBYTES=5")),
    Proof("rsdp", "rsdp.c", "the root pointer where it is said to be", "all addresses, all contents", 66, (
        Cut(RSDP, "if (length < RSDP_V2_SIZE || length > RSDP_MAX_SIZE)", "if (length < RSDP_V2_SIZE)"),
        Cut(RSDP, "    vmclock_acpi_unmap(memory, bytes, RSDP_V1_SIZE);\n", ""))),
    Proof("efi-tables", "efi_tables.c", "what a firmware's system table names",
          "up to three tables, root tables of up to three entries", 5, (
        Cut("drivers/efi/efi.c", "        system->entries > EFI_MAX_ENTRIES || ", "        "),
        Cut("drivers/efi/efi.c", "(!system->table && system->entries != 0)", "0")),
          (Cut("drivers/efi/efi.c", "root->count > VMCLOCK_ACPI_MAX_ENTRIES ?", "root->count > 3 ?"),)),
    Proof("efi-map-bounds", "efi_map.c", "a firmware's memory map, read", "maps of up to 100 bytes, any step", 5, (
        Cut(EFI_MEMORY, "at + map->step > map->size", "at >= map->size"),)),
    Proof("efi-map", "efi_map.c", "what a firmware's map says is readable", "up to three descriptors of 48 bytes", 5, (
        Cut(EFI_MEMORY, "phys < map->last_start || ", ""),
        Cut(EFI_MEMORY, "if (memory_is_readable(descriptor->type))", "if (1)")), (), ("-DSTEP=48",)),
    Proof("efi-mapping", "efi_mapping.c", "memory by a firmware's map", "up to six pieces of any lengths", 8, (
        Cut(EFI_MEMORY, "        if (count > left)\n            count = left;\n", ""),
        Cut(EFI_MEMORY, " || phys > UINTPTR_MAX - length", "")),
          (Cut(EFI_MEMORY, "count = memory_readable_from(map, at);", "count = any_readable_from(map, at);"),)),
    Proof("resource", "resource.c", "a resource template to a range, whatever its descriptors give",
          "templates of up to 14 bytes", 16, (
        Cut(RESOURCE, "length > end - cursor->at", "length > end"),
        Cut(RESOURCE, "    if (error == 0 && region->length == 0)\n        error = VMCLOCK_ERR_RESOURCE;\n", "")),
          (Cut(RESOURCE, "error = resource_add_descriptor(cursor, tag, region);",
               "error = any_descriptor(cursor, tag, region);"),)),
    Proof("resource-descriptor", "resource_descriptor.c", "a resource descriptor to a range and an interrupt",
          "all kinds, of up to 56 bytes", 17, (
        Cut(RESOURCE, "if (phys < range->first || phys > UINT64_MAX - range->length)",
            "if (phys < range->first)"),
        Cut(RESOURCE, "    if (mask == 0)\n        return;\n", ""),
        Cut(RESOURCE, "region->length != 0 || range->length == 0", "range->length == 0"))),
    Proof("time", "time.c", "times compared, added, subtracted, moved", "all times", 2, (
        Cut(TIME, "    if ((((uint64_t)a->sec ^ sec) & ((uint64_t)b->sec ^ sec)) >> 63)\n"
            "        return VMCLOCK_ERR_RANGE;\n", ""),
        Cut(TIME, "(uint64_t)b->sec - (a->frac64 < b->frac64);", "(uint64_t)b->sec;"))),
    Proof("time-ns", "time_ns.c", "times to nanoseconds, down and up", "all seconds, all fractions", 2, (
        Cut(TIME, "fraction_ns + (below != 0), ns", "fraction_ns, ns"),
        Cut(TIME, "if (sec < -limit_sec - 1 || sec > limit_sec)", "if (sec > limit_sec)"),
        Cut(TIME, "        if (whole_ns < INT64_MIN - fraction_ns)\n            return VMCLOCK_ERR_RANGE;\n", "")),
          (Cut(TIME, "(int64_t)wide_multiply(time->frac64, WIDE_NS_PER_SEC, &below), ns);",
               "(int64_t)any_fraction(&below), ns);"),
           Cut(TIME, "= (int64_t)wide_multiply(time->frac64, WIDE_NS_PER_SEC, &below);",
               "= (int64_t)any_fraction(&below);"),
           Cut(TIME, "whole_ns = sec * WIDE_NS_PER_SEC;", "whole_ns = any_whole(sec);"),
           Cut(TIME, "whole_ns = (sec + 1) * WIDE_NS_PER_SEC;", "whole_ns = any_whole(sec + 1);"))),
    Proof("leap", "leap.c", "the leap rule of a page", "all pages", 2, (
        Cut(LEAP, "    else if (snapshot->ref_sec > LEAP_REF_MAX_SEC)\n"
            "        utc_error = tai_error = VMCLOCK_ERR_RANGE;\n", ""),
        Cut(LEAP, "leap_month_start(start + 31);", "leap_month_start(start);")),
          tuple(Cut(LEAP, f"{day} * CALENDAR_SEC_PER_DAY", f"any_seconds_of({day})")
                for day in ("midnight", "leap_month_start(start - 1)", "leap_month_start(end + 31)"))),
    Proof("labels", "labels.c", "labels by a leap rule", "all such rules, all instants", 2, (
        Cut(LEAP, "rule->boundary_sec - rule->before_sec + (rule->leap < 0);",
            "rule->boundary_sec - rule->before_sec;"),
        Cut(LEAP, "    if (axis_sec >= rule->boundary_sec)\n        *axis_ahead_sec",
            "    if (axis_sec > rule->boundary_sec)\n        *axis_ahead_sec"),
        Cut(LEAP, "    if (axis_sec < rule->known_from_sec || axis_sec >= rule->known_until_sec)\n"
            "        return VMCLOCK_ERR_LEAP_HORIZON;\n", ""))),
    Proof("fdt-values", "fdt_values.c", "a device tree's names, lists, interrupts and cells",
          "values of up to 16 bytes", 18, (
              Cut(RANGE, "    if (value->length != RANGE_CELL_SIZE)\n        return 0;\n", ""),
              Cut(PROPERTIES, "i < length && bytes[i] == string[i]", "bytes[i] == string[i]"),
              Cut(RANGE, "cells == 1 || cells == 2 ? (uint8_t)cells : 0", "(uint8_t)cells"))),
    Proof("fdt-reg", "fdt_reg.c", "a device's range by the buses above it, whatever the numbers",
          "values of up to 48 bytes, four buses", 14, (
              Cut(RANGE, "for (; left >= entry_size &&", "for (; left != 0 &&"),
              Cut(RANGE, "    if (!range_fits(address, length, parent->address_cells))\n"
                  "        return VMCLOCK_ERR_RESOURCE;\n", "")), (CELLS,)),
    Proof("fdt-translate", "fdt_translate.c", "an address on a bus to the one above it",
          "ranges of up to 32 bytes, an entry of two cells each in them", 9, (
        Cut(RANGE, "            into > UINT64_MAX - range_read_cells(above, above_cells))\n", "            0)\n"),
        Cut(RANGE, "into <= address && into <", "into <"),
        Cut(RANGE, "    return left == 0 ? found : NULL;", "    return found;"))),
    Proof("fadt", "fadt.c", "the FADT's word of the CMOS clock",
          "root tables of up to four entries, others of up to 116 bytes, any checksums", 9, (
              Cut(FADT, "length > FADT_CENTURY ?", "length >= FADT_CENTURY ?"),
              Cut(FADT, "if (*length < FADT_ROOT_HEADER || ", "if ("))),
    Proof("rsdp-search", "rsdp_search.c", "the search for the root pointer",
          "areas of 48 and 64 bytes in place of 1 KiB and 128 KiB", 18, (
              Cut(RSDP, "(size > length || vmclock_acpi_sums_to_zero(bytes, size))",
                  "vmclock_acpi_sums_to_zero(bytes, size)"),
              Cut(RSDP, "ebda >= 0x400 && ", "")), (
              Cut(RSDP, "RSDP_EBDA_SEARCH_SIZE 0x400u", "RSDP_EBDA_SEARCH_SIZE 48u"),
              Cut(RSDP, "RSDP_BIOS_AREA_SIZE 0x20000u", "RSDP_BIOS_AREA_SIZE 64u"))),
    Proof("tables", "tables.c", "from the root table to DSDT and SSDTs, one pass",
          "root tables of up to two entries, others of up to 148 bytes, any checksums", 9, (
              Cut(TABLES, "if (length < ACPI_HEADER_SIZE || ", "if ("),
              Cut(TABLES, "    vmclock_acpi_unmap(search->memory, fadt, length);\n", "")), (), ("--object-bits", "11")),
    Proof("wide", "wide.c", "sum, sign, shift, rounding of 192 bits", "all operands, all shifts", 5,
          WIDE_GUARDS, (SHIFTED,)),
    Proof("reading", "reading.c", "a reading lies in its interval, whatever the products",
          "all snapshots, all counter values", 5, (
              Cut("lib/clock.c", "    if ((int64_t)high.sec < 0)\n        return VMCLOCK_ERR_RANGE;\n", ""),
              Cut("lib/clock.c", " || latest->sec < (int64_t)time->sec\n", "\n")),
          (ANY_GROWTH, ANY_ERROR, ANY_QUOTIENT)),
    Proof("fdt-search", "fdt_search.c", "the walk over a device tree, on any libfdt",
          "trees of up to 64 bytes, any tag of any walk", 10, (
              Cut(SEARCH, "        fdt32_to_cpu(header->len) > space ||\n", ""),
              Cut(SEARCH, "length < sizeof(struct fdt_header) || ", ""),
              Cut(SEARCH, "next <= offset || ", ""),
              Cut(SEARCH, " || (uint32_t)next > search->struct_length)", ")"),
              Cut(SEARCH, "    if (depth < VMCLOCK_FDT_MAX_DEPTH)\n", ""),
              Cut(SEARCH, "        fdt_totalsize(fdt) > length || ", "        ")),
          options=FLAT),
    Proof("names", "path.c", "names and paths of devices", "12 bytes of AML, any tokens, three nodes known", 20, (
        Cut(PATH, "    if (node < VMCLOCK_ACPI_MAX_NAMES)\n", ""),
        Cut(PATH, "at + (token->up != 0 ? left : 0) + token->count > ACPI_PATH ||", ""),
        Cut(PATH, "    if (sta != 0) {", "    {"),
        Cut("drivers/acpi/marks.c", "while (++node != end)", "while (node++ != end)")),
          options=FLAT),
    Proof("ids", "ids.c", "our strings in AML, and who has them", "11 bytes of AML, any tokens", 13, (
        Cut(IDS, "byte < last;", "byte <= last;"),
        Cut(IDS, "behind != 0 && behind < end && ", "behind != 0 && "),
        Cut(IDS, "count != 0 && cursor.at < cursor.end;", "count != 0;")),
          (Cut(IDS, "        if (ids_is_id(&cursor, cursor.at, cursor.end))",
               "        if (any_behind(cursor.bytes, cursor.at, cursor.end))"),
           Cut(IDS, "            if (ids_behind_any(bytes, at, end) != 0)",
               "            if (any_behind(bytes, at, end))")), FLAT),
    Proof("object", "object.c", "what a Name or a Method gives", "tables of up to 64 bytes, any tokens", 3, (
        Cut(OBJECT, "before_end - 1 < end && ", ""),
        Cut(OBJECT, "method->body, method->end);", "method->body, outer->end);"))),
    Proof("reach-bytes", "reach_bytes.c", "what bytes and texts may do to devices",
          "12 bytes of AML, three nodes known, any state of a walk", 20, (
        Cut(REACH_BYTES, "    for (at += 3; at < end; at++) {", "    for (at += 3; at <= end; at++) {"),
        Cut(REACH_BYTES, "    if (node >= ACPI_ROOT)\n        return 0;\n", ""),
        Cut(REACH_BYTES, "        if (walk->path.node[at - 1] == ACPI_NO_NODE)\n            continue;\n", ""),
        Cut(REACH_BYTES, "at < buffer->end && ", "")),
          options=FLAT),
    Proof("reach", "reach.c", "what AML does to devices: any step of the walk over it",
          "12 bytes of AML, any tokens, three nodes known, blocks 4 deep in place of 16", 20, (
        Cut(REACH, "    if (walk->depth != REACH_LEVELS) {", "    {"),
        Cut(REACH, "*value >= 4 && ", ""),
        Cut(REACH, " && *value <= end", ""),
        Cut(REACH, "        if (around == ACPI_NO_NODE)\n            known->flags |= NODE_REACHED;\n        else ",
            "        "),
        Cut(REACH, "    walk->cursor.end = walk->levels[walk->depth - 1].end;\n", "")),
          (Cut(REACH, "    while (!search->nodes.hopeless) {", "    while (at_step(&walk)) {"),
           Cut(LIMITS, "VMCLOCK_ACPI_MAX_DEPTH 16u", "VMCLOCK_ACPI_MAX_DEPTH 4u")),
          (*FLAT, "--unwindset", "reach_is_below.0:4,reach_note_way.0:4,reach_note_surroundings.0:4,"
           "reach_note_surroundings.1:5,any_flags.0:4,any_search.0:4,walk_keeps.0:7")),
    Proof("aml", "aml.c", "the search for devices in AML: any step of it", "12 bytes of AML, any tokens,"
          " four nodes in place of 20, blocks 4 and paths 6 deep in place of 16 and 18", 8, (
        Cut(AML, "                   scan->block < scan->blocks + VMCLOCK_ACPI_MAX_DEPTH - 1) {", "                   1) {"),
        Cut(AML, "i != ACPI_NO_NODE)\n        aml_note_names", "1)\n        aml_note_names"),
        Cut(AML, "node != ACPI_NO_NODE && known[node].flags", "known[node].flags"),
        Cut(AML, " ||\n            nodes->count == VMCLOCK_ACPI_MAX_NAMES)\n", ")\n"),
        Cut(AML, "    if (depth == 0)\n        return 0;\n", "")),
          (Cut(AML, "    while (!search->stopped) {", "    while (at_step(&scan)) {"),
           Cut(LIMITS, "VMCLOCK_ACPI_MAX_NAMES 20u", "VMCLOCK_ACPI_MAX_NAMES 4u"),
           Cut(LIMITS, "VMCLOCK_ACPI_MAX_DEPTH 16u", "VMCLOCK_ACPI_MAX_DEPTH 4u"),
           Cut("drivers/acpi/path.h", "ACPI_PATH 18u", "ACPI_PATH 6u")), (*FLAT, "--unwindset", "aml_block_node.0:5")),
)
SLICE = ("page",)

DIVIDE = Cut(WIDE, "UINT64_C(0x44b82fa09b5a53)", "UINT64_C(0x44b82fa09b5a52)")
EXHAUSTED = (
    ("divide", "n / 10^9 at both sides of each of the 18,446,744,074 quotients", DIVIDE),
    ("nanoseconds", "each of the 10^9 fractions of a second, to 2^-128 s and to 2^-64 s",
     Cut(WIDE, "rest * 768211456u + (WIDE_NS_PER_SEC - 1)", "rest * 768211456u")),
    ("calendar", "each day of eleven periods of 400 years, and back",
     Cut("lib/calendar.c", "(rest | 3)", "(rest | 1)")),
)


class Tree:
    """A copy of the sources that are proven, to be cut."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        for room in ("lib", "drivers", "arch"):
            shutil.copytree(store.ROOT / room, self.folder / room)

    def cut(self, cuts):
        for cut in cuts:
            path = self.folder / cut.path
            text = path.read_text(encoding="utf-8")
            if text.count(cut.old) != 1:
                raise SystemExit(f"proofs.py: {cut.path} has {text.count(cut.old)} times: {cut.old!r}")
            path.write_text(text.replace(cut.old, cut.new), encoding="utf-8")

    def mend(self, cuts):
        for cut in cuts:
            shutil.copyfile(store.ROOT / cut.path, self.folder / cut.path)

    @property
    def includes(self):
        return [f"-I{self.folder / part}" for part in INCLUDES]


def bounded():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_SEC, LIMIT_SEC))
    store.end_with_us()
    os.nice(10)


def cpu_sec():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def checked(cbmc, proof, tree):
    """(verdict, properties, seconds of CPU, what failed): "holds", "fails", "timeout" or "error"."""
    command = [cbmc, str(HERE / proof.source), f"-I{HERE}", *tree.includes, *proof.options,
               "--unwind", str(proof.unwind), "--json-ui", "--drop-unused-functions",
               "--slice-formula"]
    began = cpu_sec()
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=bounded)
    seconds = round(cpu_sec() - began, 1)
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL) and seconds > 0.9 * LIMIT_SEC:
        return "timeout", 0, seconds, []
    try:
        said = json.loads(done.stdout)
    except ValueError:
        return "error", 0, seconds, [done.stdout[-500:] + done.stderr[-500:]]
    results = next((entry["result"] for entry in said if "result" in entry), None)
    if results is None:
        texts = [entry.get("messageText", "") for entry in said if entry.get("messageType") == "ERROR"]
        return "error", 0, seconds, texts or [done.stderr[-500:]]
    failed = [f"{entry['description']}" for entry in results if entry["status"] != "SUCCESS"]
    return ("fails" if failed else "holds"), len(results), seconds, failed


@functools.cache
def state_of(source, defines, inputs=()):
    """Of all files of the tree that a harness includes, and of others that are named."""
    listed = subprocess.run(["gcc", "-MM", *defines, *(f"-I{store.ROOT / part}" for part in INCLUDES), f"-I{HERE}",
                             HERE / source], check=True, capture_output=True, text=True).stdout
    # A blank in a path has a \ before it.
    words = re.findall(r"(?:\\.|[^\s\\])+", listed.partition(":")[2].replace("\\\n", " "))
    files = {os.path.relpath(re.sub(r"\\(.)", r"\1", word), store.ROOT) for word in words}
    return store.digest(sorted(files | {*inputs}))


def once(journal, name, state, work):
    """What the journal has of it in this state of the tree, else what the work gives. An error is tried again: most
    often it is a lack of memory.
    """
    kept = [entry for entry in journal.entries() if entry["name"] == name and entry["state"] == state
            and entry.get("verdict") != "error"]
    if not kept:
        kept = [{"name": name, "state": state, "date": store.now(), **work()}]
        journal.add(kept[0])
    return kept[-1]


def one_run(cbmc, proof, tree, guard=None):
    cuts = [*proof.abstract, guard] if guard else proof.abstract
    tree.cut(cuts)
    try:
        verdict, count, seconds, failed = checked(cbmc, proof, tree)
    finally:
        tree.mend(cuts)
    print((f"    without {shown(guard)}: " if guard else f"  {proof.name}: ")
          + f"{verdict}, {count} properties, {seconds} s {'; '.join(failed[:1 if guard else 3])}", flush=True)
    return {"verdict": verdict, "properties": count, "seconds": seconds, "failed": failed[:5]}


def prove(cbmc, proof, tree, journal, guards=None):
    """The entry of one proof, and of it without each of its guards: what the journal lacks of that is run."""
    state = state_of(proof.source, proof.defines)

    def kept(guard=None):
        asked = repr((proof.source, proof.unwind, proof.abstract, proof.options, guard))
        return once(journal, proof.name, f"{state[:32]} {hashlib.sha256(asked.encode()).hexdigest()[:32]}",
                    lambda: one_run(cbmc, proof, tree, guard))

    entry = {"what": proof.what, "bounds": proof.bounds, "guards": [], **kept()}
    for guard in proof.guards[:guards] if entry["verdict"] == "holds" else ():
        entry["guards"].append({"guard": shown(guard), **kept(guard)})
    return entry


def shown(cut):
    old = " ".join(cut.old.split())
    new = " ".join(cut.new.split())
    return f"{cut.path}: `{old}` as `{new or 'nothing'}`"


def exhaust(tree, folder, name, cuts=(), arguments=()):
    """(whether it holds, what it said, seconds)"""
    tree.cut(cuts)
    program = folder / "exhaust"
    try:
        subprocess.run(["gcc", "-O2", "-std=c11", *tree.includes, "-o", program, HERE / "exhaust.c",
                        tree.folder / "lib/vmclock_time.c", tree.folder / "lib/calendar.c"], check=True)
    finally:
        tree.mend(cuts)
    began = cpu_sec()
    done = subprocess.run([program, name, *arguments], capture_output=True, text=True, check=False,
                          preexec_fn=store.end_with_us)
    return done.returncode == 0, done.stdout.strip(), round(cpu_sec() - began, 1)


def exhausted(tree, folder, journal, name, what, guard):
    def work():
        holds, said, seconds = exhaust(tree, folder, name)
        broken, told, _ = exhaust(tree, folder, name, [guard])
        print(f"  exhaust {name}: {holds}, {said}, {seconds} s; broken: {told}", flush=True)
        return {"holds": holds, "said": said, "seconds": seconds, "seen": not broken, "told": told}

    state = state_of("exhaust.c", (), ("lib/vmclock_time.c", "lib/calendar.c"))
    return {"what": what, **once(journal, name, state, work)}


def find_cbmc():
    found = subprocess.run([str(store.ROOT / "boot/setup/prover"), "cbmc"], capture_output=True, text=True,
                           check=False)
    if found.returncode:
        raise store.NotRun(found.stderr.strip().splitlines()[-1] if found.stderr.strip() else "no cbmc")
    return found.stdout.strip()


def gather(context, names, guards, trials):
    cbmc = find_cbmc()
    journal = store.Journal(context, sys.modules[__name__], "runs")
    proven, tried = [], []
    with store.endable() as work, tempfile.TemporaryDirectory(prefix="vmclock-proofs-") as name:
        folder = pathlib.Path(name)
        tree = Tree(folder / "tree")
        for trial in EXHAUSTED[:trials]:
            tried.append(exhausted(tree, folder, journal, *trial))
        for proof in PROOFS:
            if proof.name in names:
                proven.append(prove(cbmc, proof, tree, journal, guards))
    return {**result(proven, tried, store.said(cbmc, "--version"), len(names), trials), **work}


def result(entries, tried, cbmc, wanted, trials):
    """wanted, trials: how many there are to be."""
    cuts = [guard for entry in entries for guard in entry["guards"]]
    caught = sum(guard["verdict"] == "fails" for guard in cuts)
    proven = sum(entry["verdict"] == "holds" for entry in entries)
    right = sum(entry["holds"] and entry["seen"] for entry in tried)
    summary = (f"{proven} of {wanted} proofs,"
               f" {sum(entry['properties'] for entry in entries if entry['verdict'] == 'holds'):,} properties;"
               f" {caught} of {len(cuts)} guards taken out were noticed")
    if trials:
        summary += f"; {right} of {trials} exhaustive trials"
    return {"holds": proven == wanted and caught == len(cuts) and right == trials,
            "summary": summary, "proofs": entries, "exhaustive": tried, "cbmc": cbmc}


def run(context):
    return gather(context, [proof.name for proof in PROOFS], None, len(EXHAUSTED))


def slice(context):  # noqa: A001 (the word of the command line)
    return gather(context, SLICE, 1, 0)


def page(found):
    rows = [(entry["name"], entry["what"], entry["bounds"], entry["verdict"], entry["properties"],
             entry["seconds"], f"{sum(g['verdict'] == 'fails' for g in entry['guards'])} of {len(entry['guards'])}")
            for entry in found["proofs"]]
    lacking = sorted({proof.name for proof in PROOFS} | {trial[0] for trial in EXHAUSTED}
                     - {entry["name"] for entry in found["exhaustive"]})
    lacking = [name for name in lacking if name not in {entry["name"] for entry in found["proofs"]}]
    lines = [f"CBMC {found['cbmc']}: no undefined behaviour, no access outside an object, an end within the bounds,"
             " and what the harness claims.", "",
             *pages.table(("proof", "of", "bounds", "verdict", "properties", "s of CPU", "guards whose loss is noticed"), rows), ""]
    if lacking:
        lines += [f"Not run: {', '.join(lacking)}.", ""]
    for entry in found["proofs"]:
        lines += [f"* {entry['name']}: {text}" for text in entry["failed"]]
    lines += ["", "Each guard taken out, and what CBMC then says:", ""]
    for entry in found["proofs"]:
        lines += [f"* {entry['name']}: {guard['guard']}: {guard['verdict']}"
                  + (f" ({guard['failed'][0]})" if guard["failed"] else "") for guard in entry["guards"]]
    if found["exhaustive"]:
        rows = [(entry["name"], entry["what"], "all right" if entry["holds"] else entry["said"],
                 entry["seconds"], entry["told"]) for entry in found["exhaustive"]]
        lines += ["", *pages.table(("tried out", "all of", "verdict", "s of CPU", "broken on purpose"), rows)]
    return lines
