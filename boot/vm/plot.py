# SPDX-License-Identifier: BSD-2-Clause
"""Drawings as SVG, of no library: what a guest said over time, against the host's clock."""

import math
from html import escape

WIDTH, MARGIN, PANEL, GAP = 860, 90, 220, 66
BAND, LINE, MARK, GREY = "#b7d3ea", "#1f5f99", "#c03a2b", "#888888"


def ticks(low, high, count=5):
    """Round numbers from low to high, some count of them, in order."""
    span = high - low
    if span <= 0:
        return [low]
    unit = 10.0 ** math.floor(math.log10(span / count))
    step = next(unit * by for by in (1, 2, 5, 10) if span / (unit * by) <= count)
    first = math.ceil(low / step - 1e-9)
    return [number * step for number in range(first, math.floor(high / step + 1e-9) + 1)]


def unit_of(largest_ns):
    """(what to divide nanoseconds by, its name), so that numbers are short."""
    for ns, name in ((10**9, "s"), (10**6, "ms"), (10**3, "us")):
        if largest_ns >= ns:
            return ns, name
    return 1, "ns"


class Axis:
    """Values to places. log: by their logarithm; all must be above 0."""

    def __init__(self, low, high, start, end, log=False):
        self.low, self.high, self.start, self.end, self.log = low, high, start, end, log

    def at(self, value):
        low, high = self.low, self.high
        if self.log:
            low, high, value = (math.log10(number) for number in (low, high, value))
        share = (value - low) / (high - low) if high > low else 0.5
        return round(self.start + share * (self.end - self.start), 2)

    def ticks(self):
        if not self.log:
            return ticks(self.low, self.high)
        return [10.0 ** power for power in range(math.ceil(math.log10(self.low) - 1e-9),
                                                 math.floor(math.log10(self.high) + 1e-9) + 1)]


class Drawing:
    def __init__(self, height, title, width=WIDTH):
        self.width, self.height, self.title, self.parts = width, height, title, []
        self.text(MARGIN, 24, title, size=16)

    def text(self, x, y, text, anchor="start", size=12, colour="#222222"):
        self.parts.append(f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}"'
                          f' fill="{colour}">{escape(text)}</text>')

    def line(self, x1, y1, x2, y2, colour=GREY, width=1):
        self.parts.append(f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}"'
                          f' stroke-width="{width}"/>')

    def path(self, points, colour=LINE, width=1.4):
        self.parts.append(f'<polyline points="{joined(points)}" fill="none" stroke="{colour}"'
                          f' stroke-width="{width}"/>')

    def area(self, points, colour=BAND):
        self.parts.append(f'<polygon points="{joined(points)}" fill="{colour}"/>')

    def dot(self, x, y, colour=MARK):
        self.parts.append(f'<circle cx="{x}" cy="{y}" r="1.6" fill="{colour}"/>')

    def box(self, x, y, width, height, colour=LINE):
        self.parts.append(f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{colour}"/>')

    def grid(self, across, down, name):
        """Lines at the ticks of both axes, and what is drawn."""
        for value in down.ticks():
            self.line(across.start, down.at(value), across.end, down.at(value), "#e4e4e4")
            self.text(across.start - 6, down.at(value) + 4, f"{value:g}", "end", 11)
        for value in across.ticks():
            self.line(across.at(value), down.start, across.at(value), down.end, "#e4e4e4")
            self.text(across.at(value), down.start + 15, f"{value:g}", "middle", 11)
        self.text(across.start, down.end - 8, name)

    def svg(self):
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}"'
                f' viewBox="0 0 {self.width} {self.height}" font-family="sans-serif">\n'
                f'<title>{escape(self.title)}</title>\n<rect width="100%" height="100%" fill="white"/>\n'
                + "\n".join(self.parts) + "\n</svg>\n")


def joined(points):
    return " ".join(f"{x},{y}" for x, y in points)


def over_time(windows, title):
    """Guest minus host with the guest's interval around it; below, how wide both were. At least two windows."""
    begin = windows[0].before_ns
    middles = [(window.before_ns + window.after_ns) / 2 for window in windows]
    seconds = [(middle - begin) / 1e9 for middle in middles]
    lows = [window.earliest_ns - middle for window, middle in zip(windows, middles)]
    highs = [window.latest_ns - middle for window, middle in zip(windows, middles)]
    ns, unit = unit_of(max(map(abs, [*lows, *highs])))
    drawing = Drawing(2 * PANEL + 2 * GAP + 40, title)
    across = Axis(0, max(seconds[-1], 1e-9), MARGIN, WIDTH - 20)
    low, high = min(0, *lows) / ns, max(0, *highs) / ns
    down = Axis(low - (high - low) * 0.05, high + (high - low) * 0.05, GAP + PANEL, GAP)
    edge = [(across.at(at), down.at(value / ns)) for at, value in zip(seconds, highs)]
    back = [(across.at(at), down.at(value / ns)) for at, value in zip(seconds, lows)]
    drawing.area([*edge, *reversed(back)])
    drawing.grid(across, down, f"guest minus host, {unit}: the middle of the guest's interval, and the interval")
    drawing.line(across.start, down.at(0), across.end, down.at(0), "#444444")
    for at, window in zip(seconds, windows):
        drawing.dot(across.at(at), down.at(window.ahead_ns / ns))
    widths(drawing, across, seconds, windows)
    drawing.text((across.start + across.end) / 2, drawing.height - 8, "s", "middle")
    return drawing.svg()


def widths(drawing, across, seconds, windows):
    """The guest's intervals and the host's windows, on a logarithmic axis."""
    rows = ((LINE, "guest's interval", [max(1, w.latest_ns - w.earliest_ns) for w in windows]),
            (MARK, "host's window", [max(1, w.width_ns) for w in windows]))
    everything = [value for _, _, values in rows for value in values]
    ns, unit = unit_of(max(everything))
    down = Axis(10 ** math.floor(math.log10(min(everything) / ns)), 10 ** math.ceil(math.log10(max(everything) / ns) + 1e-9),
                2 * PANEL + 2 * GAP, PANEL + 2 * GAP, log=True)
    drawing.grid(across, down, f"width, {unit}:")
    for at, (colour, name, values) in enumerate(rows):
        drawing.path([(across.at(x), down.at(y / ns)) for x, y in zip(seconds, values)], colour)
        drawing.text(MARGIN + 90 + 130 * at, down.end - 8, name, colour=colour)
