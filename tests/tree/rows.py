# SPDX-License-Identifier: BSD-2-Clause
"""No test is forgotten: every test method and every file of C tests under tests/ belongs to a row.

usage: rows.py CTEST BUILD TESTS
A method belongs to a row that names it, its class, its module or its file; a C file test_*.c to the
build. Rows are asked of CTest.
"""

import ast
import functools
import json
import pathlib
import subprocess
import sys


def named(ctest, build):
    """What the rows name: {(folder, dotted name)} for modules of unittest, and {file}."""
    shown = subprocess.run([ctest, "--test-dir", build, "--show-only=json-v1"], check=True,
                           stdout=subprocess.PIPE).stdout
    dotted, files = set(), set()
    for row in json.loads(shown)["tests"]:
        command = row.get("command", [])
        folder = next((p["value"] for p in row.get("properties", [])
                       if p["name"] == "WORKING_DIRECTORY"), build)
        if "unittest" in command:
            rest = command[command.index("unittest") + 1:]
            dotted |= {(pathlib.Path(folder), word) for word in rest if not word.startswith("-")}
        files |= {pathlib.Path(word) for word in command if word.endswith(".py")}
    return dotted, files


@functools.cache
def classes(path):
    """(class, its bases, its test methods) for each class of a Python file."""
    return [(node.name, [ast.unparse(base) for base in node.bases],
             [item.name for item in node.body if isinstance(item, ast.FunctionDef) and item.name.startswith("test")])
            for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef)]


def methods(path):
    """(class, method) for each test method of a Python file. What has no base of its own is a base of others."""
    shared = {cls: own for file in path.parent.glob("*.py") for cls, bases, own in classes(file) if not bases}
    for cls, bases, own in classes(path):
        if cls not in shared:
            yield from ((cls, method) for tests in (own, *(shared.get(base, ()) for base in bases)) for method in tests)


def forgotten_methods(path, dotted):
    module = path.stem
    for cls, method in methods(path):
        names = {module, f"{module}.{cls}", f"{module}.{cls}.{method}"}
        if not any((path.parent, name) in dotted for name in names):
            yield f"{path}: {cls}.{method} is in no row"


def forgotten(tests, dotted, files, built):
    for path in sorted(tests.rglob("*.py")):
        if path not in files:
            yield from forgotten_methods(path, dotted)
    for path in sorted(tests.rglob("test_*.c")):
        if str(path) not in built:
            yield f"{path}: is not built"


def main():
    ctest, build, tests = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    built = (build / "build.ninja").read_text(encoding="utf-8").replace("$ ", " ")
    dotted, files = named(ctest, build)
    faults = list(forgotten(tests, dotted, files, built))
    print("\n".join(faults))
    print(f"{len(dotted)} names in rows, {len(faults)} tests forgotten")
    return 1 if faults or not dotted else 0


if __name__ == "__main__":
    sys.exit(main())
