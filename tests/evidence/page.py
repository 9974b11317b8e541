# SPDX-License-Identifier: BSD-2-Clause
"""The page: what each part says of its result, under the date, commit and versions that belong to it."""

import store

TITLE = "# Evidence for libvmclock"


def table(head, rows):
    """A table of Markdown; numbers to the right."""
    right = [all(isinstance(row[i], (int, float)) for row in rows) for i in range(len(head))]
    lines = ["| " + " | ".join(head) + " |",
             "|" + "|".join("--:" if at_right else ":--" for at_right in right) + "|"]
    return lines + ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]


def cell(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return str(value).replace("|", "\\|").replace("\n", " ")


def stamped(result):
    versions = ", ".join(f"{name} {number}" for name, number in sorted(result["versions"].items()))
    return f"{result['date']}, commit {result['commit']}, seed {result['seed']}; {versions}."


def section(part, result, now):
    lines = [f"## {part.TITLE[0].upper()}{part.TITLE[1:]}", ""]
    if result is None:
        return [*lines, "**Not run.**", ""]
    if "not_run" in result:
        return [*lines, f"**Not run:** {result['not_run']}.", ""]
    lines += ["**" + ("Holds: " if result["holds"] else "Does not hold: ") + result["summary"] + "**", ""]
    if result["inputs"] != now:
        lines += ["*Of another state of the tree than the present one.*", ""]
    return [*lines, *part.page(result), "", "<sub>" + stamped(result) + "</sub>", ""]


def verdict(result):
    if result is None or "not_run" in result:
        return "not run"
    return ("holds: " if result["holds"] else "does not hold: ") + result["summary"]


def text(parts, results):
    lines = [TITLE, "", "Made by `tests/evidence/run`; each figure has the date and the tree that it is of.", ""]
    rows = []
    for name, part in parts.items():
        result = results[name]
        rows.append((name, part.TITLE, verdict(result), result.get("date", "") if result else ""))
    lines += [*table(("part", "what", "result", "date"), rows), ""]
    for name, part in parts.items():
        lines += section(part, results[name], store.digest(part.INPUTS))
    return "\n".join(lines).rstrip() + "\n"


def write(out, parts, results):
    path = out / "page.md"
    path.write_text(text(parts, results), encoding="utf-8")
    return path
