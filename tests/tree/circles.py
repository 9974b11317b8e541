# SPDX-License-Identifier: BSD-2-Clause
"""No two files need each other: the graph of who uses whose symbols has no circle.

usage: circles.py NM OBJECT...
Of objects that are linked together. Prints the shortest circle through each file that is in one.
"""

import collections
import pathlib
import subprocess
import sys


def symbols(nm, paths):
    """File -> the names that an object defines, and those that it needs."""
    listing = subprocess.run([nm, "--portability", "--print-file-name", *paths], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
    tables = {pathlib.Path(path).name: (set(), set()) for path in paths}
    for line in listing.splitlines():
        path, _, symbol = line.partition(": ")
        name, kind = symbol.split()[:2]
        defined, needed = tables[pathlib.Path(path).name]
        if kind == "U":
            needed.add(name)
        elif kind.isupper():
            defined.add(name)
    return tables


def arrows(tables):
    """File -> the files whose symbols it needs, from file -> (defined, needed)."""
    owner = {name: file for file, (defined, _) in tables.items() for name in defined}
    return {file: {owner[name] for name in needed if name in owner} - {file}
            for file, (_, needed) in tables.items()}


def circle_through(start, graph):
    """The shortest way from a file back to it, or None."""
    came_from, queue = {start: None}, collections.deque([start])
    while queue:
        file = queue.popleft()
        for following in sorted(graph[file]):
            if following == start:
                way = [start]
                while file is not None:
                    way.append(file)
                    file = came_from[file]
                return way[::-1]
            if following not in came_from:
                came_from[following] = file
                queue.append(following)
    return None


def circles(graph):
    """One circle for each set of files that are in it."""
    found = {}
    for file in sorted(graph):
        way = circle_through(file, graph)
        if way:
            found.setdefault(frozenset(way), way)
    return list(found.values())


def main():
    nm, paths = sys.argv[1], sys.argv[2:]
    graph = arrows(symbols(nm, paths))
    if len(graph) != len(paths):
        sys.exit("two objects of one name")
    found = circles(graph)
    for way in found:
        print(" -> ".join(way))
    print(f"{len(graph)} files, {len(found)} circles")
    return 1 if found or not graph else 0


if __name__ == "__main__":
    sys.exit(main())
