#!/usr/bin/env python3
"""A terminal's output, with its colors, as a picture.

usage: COMMAND | terminal_svg.py TITLE [LINES] > picture.svg     reads text with escape sequences; needs `rich`
"""
import io, re, sys
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

title, lines = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else None
text = sys.stdin.read().rstrip("\n")
rows = [Text.from_ansi(row) for row in text.split("\n")[:lines]]
width = max([80, *(row.cell_len + 1 for row in rows)])
console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True, color_system="truecolor")
for row in rows:
    console.print(row, no_wrap=True, crop=True)
svg = console.export_svg(title=title, theme=MONOKAI, unique_id="cmklint")
# The picture asks nothing of the network: its letters are those of the reader's machine.
svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.S)
svg = svg.replace("Fira Code, monospace", "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace")
assert "url(http" not in svg
sys.stdout.write(svg)
