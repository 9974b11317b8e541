# SPDX-License-Identifier: BSD-2-Clause
"""The figures that are drawn: guests against the host's clock, the cost of calls, the way to a first reading."""

import ast
import os
import re
import subprocess
import sys

import page as pages
import store
from vm import plot

NAME = "plots"
TITLE = "guest minus host over time, the cost of calls, instructions to the first reading"
INPUTS = ("lib", "drivers", "arch", "boot", "tests/bench", "tests/boot/bare.py", "tests/evidence/plots.py")
BOOTS = {"efi": ("--image", "efi-check"), "bare": ("--image", "date", "--machine", "microvm"),
         "kvm": ("--image", "date", "--machine", "microvm", "--accel", "kvm")}
KVM = "/dev/kvm"
ROW = re.compile(r"^(\S.*?)\s{2,}(\d+\.\d+)\s+(\d+\.\d+)\s+(\d+\.\d+)$")
BAR, LABELS = 22, 260


def bars(title, rows, unit):
    """rows: [(name, value)]; their lengths are from 0 on."""
    drawing = plot.Drawing(50 + BAR * len(rows) + 34, title)
    across = plot.Axis(0, max(value for _, value in rows) * 1.08, LABELS, plot.WIDTH - 60)
    bottom = 44 + BAR * len(rows)
    for value in across.ticks():
        drawing.line(across.at(value), 40, across.at(value), bottom, "#e4e4e4")
        drawing.text(across.at(value), bottom + 15, f"{value:g}", "middle", 11)
    for at, (name, value) in enumerate(rows):
        y = 44 + BAR * at
        drawing.text(LABELS - 8, y + 13, name, "end")
        drawing.box(LABELS, y + 2, round(across.at(value) - LABELS, 2), BAR - 6)
        drawing.text(across.at(value) + 4, y + 13, f"{value:,g}", size=11)
    drawing.text((LABELS + plot.WIDTH) / 2, bottom + 30, unit, "middle", 11)
    return drawing.svg()


def costs(text):
    """[(call, ns, / counter, / clock_gettime)] of what bench prints."""
    return [(match[1], *map(float, match.groups()[1:]))
            for match in map(ROW.match, text.splitlines()) if match]


def recorded():
    """{(gcc, QEMU): {machine: instructions}} as tests/boot/bare.py has them."""
    tree = ast.parse((store.ROOT / "tests/boot/bare.py").read_text(encoding="utf-8"))
    value = next(node.value for node in tree.body if isinstance(node, ast.Assign)
                 and [target.id for target in node.targets if isinstance(target, ast.Name)] == ["INSTRUCTIONS"])
    return ast.literal_eval(value)


def draw_costs(context, drawn):
    bench = context.build / "tests/bench/bench"
    if not bench.exists():
        return [], f"no {bench}: tests/run builds it"
    done = subprocess.run([bench], capture_output=True, text=True, check=False)
    rows = costs(done.stdout)
    if done.returncode or not rows:
        return [], "bench failed"
    drawn("cost", bars("Cost of a call against an ordered read of the counter",
                       [(name, ratio) for name, _, ratio, _ in reversed(rows)], "counter reads"))
    return rows, ""


def draw_boot(context, folder, name, words):
    """(what boot/run said of the readings, why there is no drawing)"""
    path = folder / f"{name}.svg"
    path.unlink(missing_ok=True)
    done = subprocess.run([sys.executable, "-BP", "-m", "vm", "--build", context.build, "--plot", path, *words],
                          cwd=store.ROOT, env={**os.environ, "PYTHONPATH": str(store.ROOT / "boot")},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    said = [line.strip() for line in done.stdout.splitlines() if re.match(r"boot/run: the guest|  ", line)]
    if done.returncode:
        return said, (done.stderr.strip().splitlines() or ["boot/run failed"])[0]
    return said, ""


def run(context):
    folder = context.folder(NAME)

    def drawn(name, svg):
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")

    rows, why = draw_costs(context, drawn)
    records = recorded()
    entry = next(iter(records))
    drawn("instructions", bars(f"Instructions to the first reading (gcc {entry[0]}, QEMU {entry[1]})",
                               list(records[entry].items()), "instructions"))
    boots = {name: draw_boot(context, folder, name, words) for name, words in BOOTS.items()
             if name != "kvm" or os.path.exists(KVM)}
    missing = {**({"cost": why} if why else {}), **{name: told for name, (_, told) in boots.items() if told}}
    if len(missing) == 1 + len(boots):
        raise store.NotRun("; ".join(missing.values()))
    return {"holds": not missing, "costs": rows, "missing": missing,
            "boots": {name: said for name, (said, _) in boots.items()},
            "records": [[*versions, machine, count] for versions, found in records.items()
                        for machine, count in found.items()],
            "summary": f"{2 + len(boots) - len(missing)} of {2 + len(boots)} drawn"
                       + "".join(f"; {name}: {told}" for name, told in missing.items())
                       + ("" if "kvm" in boots else f"; none under KVM, as there is no {KVM}")}


def page(found):
    lines = []
    for name, words in BOOTS.items():
        lines += [f"### boot/run {' '.join(words)}", ""]
        if name not in found["boots"]:
            lines += [f"**Not run:** no {KVM} here.", ""]
            continue
        lines += ([f"**Not run:** {found['missing'][name]}"] if name in found["missing"]
                  else [f"![guest minus host]({NAME}/{name}.svg)"]) + [""]
        lines += [*(f"    {line}" for line in found["boots"][name]), ""]
    lines += ["### Cost of a call", ""]
    if found["costs"]:
        lines += [f"![cost of a call]({NAME}/cost.svg)", "",
                  *pages.table(("call", "ns", "/ counter read", "/ clock_gettime"), found["costs"]), ""]
    else:
        lines += [f"**Not run:** {found['missing']['cost']}", ""]
    lines += ["### Instructions to the first reading", "", f"![instructions]({NAME}/instructions.svg)", "",
              "As recorded in tests/boot/bare.py, whose rows hold images against them; not counted anew here.", "",
              *pages.table(("gcc", "QEMU", "machine", "instructions"), found["records"])]
    return lines
