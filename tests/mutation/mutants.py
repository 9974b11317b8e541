# SPDX-License-Identifier: BSD-2-Clause
"""Small faults in C source: comparisons, constants, signs, operators, removed statements."""
import re
from collections import namedtuple

# line: index; text: the whole mutated line.
Mutant = namedtuple("Mutant", "path line kind original text")

SWAPS = {
    "comparison": {"<": ("<=", ">"), "<=": ("<", ">"), ">": (">=", "<"), ">=": (">", "<"),
                   "==": ("!=",), "!=": ("==",)},
    "operator": {"+": ("-",), "-": ("+",), "*": ("+",), "%": ("+",), "&": ("|",), "|": ("&",),
                 "^": ("|",), "<<": (">>",), ">>": ("<<",), "&&": ("||",), "||": ("&&",),
                 "+=": ("-=", "="), "-=": ("+=", "="), "|=": ("=", "&="), "&=": ("=", "|="),
                 ">>=": ("<<=",), "<<=": (">>=",)},
}
# A binary operator stands between spaces in this tree's style; a pointer's star does not.
BINARY = re.compile(r" (<<=|>>=|<=|>=|==|!=|&&|\|\||<<|>>|\+=|-=|\|=|&=|[-<>+*%&|^]) ")
STEP = re.compile(r"\+\+|--")
UNARY = re.compile(r"(?<=[\s(])([!~-])(?=[\w(])")
NUMBER = re.compile(r"(?<![\w.\"])(0[xX][0-9a-fA-F]+|\d+)(?=[uU]?\b|\))")
LIMIT = re.compile(r"\b(U?INT(?:8|16|32|64))_(MAX|MIN)\b")
TERNARY = re.compile(r"\?([^?:]+):([^?:;]+?)(?=[;,)]|$)")
STATEMENT = re.compile(r"^\s+(?!return|else|case|default|goto|static|const|struct|unsigned|int|uint"
                       r"|signed|char|break)[\w*(].*;\s*(/\*.*)?$")
JUMP = re.compile(r"^\s+(return\b.*|break);\s*(/\*.*)?$")


def blank_comments(text):
    """Comments and strings as blanks, so that columns stay."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match[0])
    return re.sub(r"/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"", blank, text, flags=re.S)


def code_lines(text):
    """(index, line, code): the lines that may be mutated, and them without comments."""
    lines = text.splitlines()
    continued = False
    for index, code in enumerate(blank_comments(text).splitlines()):
        directive = continued or code.lstrip().startswith("#")
        continued = directive and code.rstrip().endswith("\\")
        if not directive and code.strip() and "VMCLOCK_STATIC_ASSERT" not in code:
            yield index, lines[index], code


def replaced(line, start, end, new):
    return line[:start] + new + line[end:]


def of_line(line, code):
    """(kind, mutated line) for every small fault in a line."""
    for match in BINARY.finditer(code):
        for kind, swaps in SWAPS.items():
            for new in swaps.get(match[1], ()):
                yield kind, replaced(line, match.start(1), match.end(1), new)
    for match in STEP.finditer(code):
        yield "operator", replaced(line, match.start(), match.end(), {"++": "--", "--": "++"}[match[0]])
    for match in UNARY.finditer(code):
        yield "sign", replaced(line, match.start(1), match.end(1), "")
    for match in NUMBER.finditer(code):
        value = int(match[1], 16 if match[1][:2] in ("0x", "0X") else 10)
        for new in {value + 1, max(value - 1, 0)} - {value}:
            text = hex(new) if match[1][:2] in ("0x", "0X") else str(new)
            yield "constant", replaced(line, match.start(1), match.end(1), text)
    for match in LIMIT.finditer(code):
        other = "0" if match[1][0] == "U" else f"{match[1]}_{'MIN' if match[2] == 'MAX' else 'MAX'}"
        yield "constant", replaced(line, match.start(), match.end(), other)
    for match in TERNARY.finditer(code):
        yield "operator", replaced(line, match.start(), match.end(),
                                   f"?{line[slice(*match.span(2))]} :{line[slice(*match.span(1))]}")
    if STATEMENT.match(code) and code.count("(") == code.count(")") and "for (" not in code:
        yield "removed", "    ;"
    if JUMP.match(code):
        yield "removed", "    ;"


def of_file(path, text):
    """All mutants of a file whose text is given; path is kept for naming them."""
    for index, line, code in code_lines(text):
        seen = set()
        for kind, mutated in of_line(line, code):
            if mutated != line and mutated not in seen:
                seen.add(mutated)
                yield Mutant(path, index, kind, line, mutated)
