# SPDX-License-Identifier: BSD-2-Clause
"""Small faults in Python and in shell, as mutants.py makes them in C."""
import ast
import io
import re
import subprocess
import tokenize

from mutants import Mutant, replaced

PYTHON_SWAPS = {
    "<": ("<=", ">"), "<=": ("<", ">"), ">": (">=", "<"), ">=": (">", "<"), "==": ("!=",),
    "!=": ("==",), "+": ("-",), "-": ("+",), "*": ("+",), "//": ("*",), "/": ("*",), "%": ("+",),
    "&": ("|",), "|": ("&",), "+=": ("-=", "="), "-=": ("+=", "="), "and": ("or",), "or": ("and",),
    "True": ("False",), "False": ("True",), "is": ("is not",), "in": ("not in",), "not": ("",),
    "break": ("pass",), "continue": ("pass",), "if": ("if not",), "while": ("while not",),
}
PYTHON_DROPPED = re.compile(r"^(\s+)(?:return\b|raise\b|[\w.]+(?:\[[^\]]*\])?(?:\(| [-+|&]?= )).*$")

SHELL_SWAPS = (
    ("comparison", re.compile(r"(?<=\s)(=|!=)(?=\s.*\])"), {"=": "!=", "!=": "="}),
    ("comparison", re.compile(r"(?<=\[ )-([zn])(?= )"), {"z": "n", "n": "z"}),
    ("comparison", re.compile(r"(?<=\s)-(eq|ne|lt|le|gt|ge)(?=\s)"),
     {"eq": "ne", "ne": "eq", "lt": "le", "le": "lt", "gt": "ge", "ge": "gt"}),
    ("operator", re.compile(r"(?<=\s)(&&|\|\|)(?=\s|$)"), {"&&": "||", "||": "&&"}),
    ("negated", re.compile(r"(?<![\w-])(if|elif|while|until) (?!! )"),
     {word: word + " !" for word in ("if", "elif", "while", "until")}),
    ("negated", re.compile(r"(?<!\S)(! )(?=\S)"), {"! ": ""}),
)
SHELL_NUMBER = re.compile(r"(?<![\w.$\"'{/&-])(\d+)(?![\w.>/-])")
SHELL_ENDS = re.compile(r" \|\| (?:exit|return|leave|wrong_usage|complain)\b.*$")
SHELL_DROPPED = re.compile(r"^(\s*)(?!(?:if|elif|else|fi|for|while|until|do|done|case|esac|then|trap)\b|[{}()#;*]"
                           r"|\w+\(\)|.*<<|.*\\$|.*\)$|.*;;$|.*[|&{]$|.*\b(?:do|then|in)$|.*')\S.*$")


def python_tokens(text):
    """{line index: [tokens]}: those that may be changed, so neither strings nor comments."""
    found = {}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.OP, tokenize.NAME, tokenize.NUMBER):
            found.setdefault(token.start[0] - 1, []).append(token)
    return found


def of_python_line(line, tokens, statement):
    for token in tokens:
        start, end = token.start[1], token.end[1]
        for new in PYTHON_SWAPS.get(token.string, ()) if token.type != tokenize.NUMBER else ():
            yield ("negated" if new.endswith("not") else "operator"), replaced(line, start, end, new)
        if token.type == tokenize.NUMBER and token.string.replace("_", "").isdigit():
            value = int(token.string)
            for new in {value + 1, max(value - 1, 0)} - {value}:
                yield "constant", replaced(line, start, end, str(new))
    match = PYTHON_DROPPED.match(line)
    if match and statement:
        yield "removed", match[1] + "pass"


def of_python(path, text):
    lines, tokens, tree = text.splitlines(), python_tokens(text), ast.parse(text)
    whole = {node.lineno - 1 for node in ast.walk(tree)
             if isinstance(node, ast.stmt) and node.lineno == node.end_lineno}
    unbroken = ast.dump(tree)
    for index in sorted(tokens):
        if lines[index].lstrip().startswith(("import ", "from ", "@", "def ", "class ")):
            continue
        for kind, mutated in of_python_line(lines[index], tokens[index], index in whole):
            broken = lines[:index] + [mutated] + lines[index + 1:]
            try:
                if ast.dump(ast.parse("\n".join(broken) + "\n")) == unbroken:
                    continue
            except SyntaxError:
                continue
            yield Mutant(path, index, kind, lines[index], mutated)


def shell_code(line):
    """The line with what stands in quotes, and a comment, as blanks."""
    def blank(match):
        return " " * len(match[0])
    code = re.sub(r"'[^']*'|\"[^\"]*\"", lambda m: '"' + "_" * (len(m[0]) - 2) + '"', line)
    return re.sub(r"(?:^|(?<=\s))#.*$", blank, code)


def of_shell_line(line):
    code = shell_code(line)
    for kind, pattern, swaps in SHELL_SWAPS:
        for match in pattern.finditer(code):
            yield kind, replaced(line, match.start(1), match.end(1), swaps[match[1]])
    for match in SHELL_NUMBER.finditer(code):
        value = int(match[1])
        for new in {value + 1, max(value - 1, 0)} - {value}:
            yield "constant", replaced(line, match.start(1), match.end(1), str(new))
    match = SHELL_ENDS.search(code)
    if match:
        yield "end", line[:match.start()]
    if SHELL_DROPPED.match(code):
        yield "removed", re.match(r"\s*", line)[0] + ":"


def here_documents(lines):
    """The indexes of lines that are text, not code."""
    end, found = None, set()
    for index, line in enumerate(lines):
        if end is not None:
            found.add(index)
            if line == end:
                end = None
            continue
        match = re.search(r"<<'?(\w+)'?", line)
        end = match and match[1]
    return found


def of_shell(path, text):
    lines = text.splitlines()
    skipped = here_documents(lines)
    for index, line in enumerate(lines):
        if index in skipped or not shell_code(line).strip():
            continue
        for kind, mutated in of_shell_line(line):
            broken = "\n".join(lines[:index] + [mutated] + lines[index + 1:]) + "\n"
            # As a whole: a line may be a part of awk's or sed's program.
            if subprocess.run(["sh", "-n"], input=broken, text=True, check=False,
                              capture_output=True).returncode == 0:
                yield Mutant(path, index, kind, line, mutated)
