"""Pictures as SVG, written by hand: bars of figures, and lines over sizes, on logarithmic scales.

Colours suit light and dark pages: each picture has a background of its own for both (prefers-color-scheme).
"""

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10

from benchmarks.goals import number

WIDTH = 760
_LINE_HEIGHT = 15
_STYLE = """<style>
:root { color-scheme: light dark; }
.page { fill: #ffffff; } .text { fill: #1f2328; } .soft { fill: #59636e; } .grid { stroke: #d1d9e0; }
.ours { fill: #0969da; } .other { fill: #9aa4ae; } .line { fill: none; stroke-width: 2.5; }
.s0 { stroke: #0969da; } .s1 { stroke: #bc4c00; } .s2 { stroke: #59636e; }
.f0 { fill: #0969da; } .f1 { fill: #bc4c00; } .f2 { fill: #59636e; }
text { font: 13px system-ui, sans-serif; } .title { font-size: 16px; font-weight: 600; }
@media (prefers-color-scheme: dark) {
.page { fill: #0d1117; } .text { fill: #f0f6fc; } .soft { fill: #9198a1; } .grid { stroke: #3d444d; }
.ours { fill: #4493f8; } .other { fill: #656c76; }
.s0 { stroke: #4493f8; } .s1 { stroke: #f0883e; } .s2 { stroke: #9198a1; }
.f0 { fill: #4493f8; } .f1 { fill: #f0883e; } .f2 { fill: #9198a1; }
}
</style>"""


def bars(title: str, unit: str, groups: Mapping[str, Mapping[str, float]]) -> str:
    """Return a picture of groups of bars on a logarithmic scale; names of our own bars begin with `our`."""
    left, top, right = 250, 84, 70
    largest = max(figure for group in groups.values() for figure in group.values())
    smallest = min(figure for group in groups.values() for figure in group.values())
    low, high = floor(log10(smallest)), ceil(log10(largest))
    scale = (WIDTH - left - right) / (high - low)
    parts, y = [], top
    for heading, group in groups.items():
        parts.append(_text(20, y + 13, heading, "text", weight=600))
        y += 22
        for name, figure in group.items():
            width = max(2.0, (log10(figure) - low) * scale)
            kind = "ours" if name.startswith("our") else "other"
            parts.append(_text(left - 8, y + 13, name, "soft", anchor="end"))
            parts.append(
                f'<rect class="{kind}" x="{left}" y="{y + 1}" width="{width:.1f}" height="16" rx="2"/>'
            )
            parts.append(_text(left + width + 6, y + 13.5, number(figure), "text"))
            y += 20
        y += 12
    ticks = [_tick(left + (power - low) * scale, 10.0**power, top - 6, y) for power in range(low, high + 1)]
    return _page(title, f"{unit}; logarithmic scale, less is better", y + 4, [*ticks, *parts])


def lines(title: str, unit: str, sizes: Sequence[str], series: Mapping[str, Sequence[float]]) -> str:
    """Return a picture of lines over sizes, on a logarithmic scale; the first line is ours."""
    left, top, right, height, inset = 70, 120, 40, 240, 40
    all_figures = [figure for figures in series.values() for figure in figures]
    low, high = floor(log10(min(all_figures))), ceil(log10(max(all_figures)))
    step = (WIDTH - left - right - 2 * inset) / max(1, len(sizes) - 1)
    scale = height / (high - low)
    parts = []
    for power in range(low, high + 1):
        y = top + height - (power - low) * scale
        parts.append(f'<line class="grid" x1="{left}" x2="{WIDTH - right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(_text(left - 8, y + 4, _round(10.0**power), "soft", anchor="end"))
    for place, size in enumerate(sizes):
        parts.append(_text(left + inset + place * step, top + height + 20, size, "soft", anchor="middle"))
    labels: dict[float, list[float]] = {}  # where some are already; others would cover them
    for order, (name, figures) in enumerate(series.items()):
        points = [
            (left + inset + place * step, top + height - (log10(figure) - low) * scale)
            for place, figure in enumerate(figures)
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline class="line s{order}" points="{path}"/>')
        for (x, y), figure in zip(points, figures, strict=True):
            parts.append(f'<circle class="f{order}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>')
            at = y - 9 if order else y + 20
            if all(abs(at - other) >= _LINE_HEIGHT for other in labels.setdefault(x, [])):
                labels[x].append(at)
                parts.append(_text(x, at, number(figure), "text", anchor="middle"))
        parts.append(
            f'<rect class="f{order}" x="{left + order * 220}" y="72" width="14" height="14" rx="2"/>'
        )
        parts.append(_text(left + order * 220 + 20, 84, name, "text"))
    return _page(title, unit, top + height + 34, parts)


def _tick(x: float, figure: float, top: float, bottom: float) -> str:
    line = f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom - 8}"/>'
    return line + _text(x, top - 4, _round(figure), "soft", anchor="middle")


def _round(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 1 else f"{figure:g}"


def _text(x: float, y: float, text: str, kind: str, *, anchor: str = "start", weight: int = 400) -> str:
    bold = f' font-weight="{weight}"' if weight != 400 else ""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{bold}>{escape(text)}</text>'


def _page(title: str, below: str, height: float, parts: Sequence[str]) -> str:
    box = f'width="{WIDTH}" height="{height:.0f}" viewBox="0 0 {WIDTH} {height:.0f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img" aria-label="{escape(title)}">'
    page = f'<rect class="page" width="{WIDTH}" height="{height:.0f}" rx="6"/>'
    titles = f'<text class="text title" x="20" y="30">{escape(title)}</text>{_text(20, 52, below, "soft")}'
    return "\n".join([head, _STYLE, page, titles, *parts, "</svg>\n"])
