"""Tables for people in which no word is broken, unless it is wider than the terminal leaves room for."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

_GAP = 2
"""Spaces between two columns."""
Row = tuple[Sequence[str], str]
"""The cells of a row, and what stands below them as wide as the terminal; all in rich's markup."""


def print_table(console: Console, heads: Sequence[str], rows: Sequence[Row], *, spaced: bool = False) -> None:
    """Print a table; long texts stand below their row, where there is room for them."""
    found = widths(console.width, [heads, *(cells for cells, _ in rows)])
    console.print()
    console.print(_line(found, heads), style="bold")
    console.print("─" * console.width)
    for cells, below in rows:
        console.print(_line(found, cells))
        if below:
            console.print(Padding(Text.from_markup(below), (0, 0, 0, _GAP)))
        if spaced:
            console.print()


def widths(room: int, rows: Sequence[Sequence[str]]) -> list[int]:
    """Give each column its longest word, and share what is left among those that need more for their lines."""
    cells = [[Text.from_markup(cell).plain for cell in column] for column in zip(*rows, strict=True)]
    found = [max((cell_len(word) for cell in column for word in cell.split()), default=1) for column in cells]
    wanted = [max((cell_len(line) for cell in column for line in cell.splitlines()), default=1) for column in cells]
    left = room - _GAP * (len(found) - 1) - sum(found)
    while left < 0 and max(found) > 1:
        found[found.index(max(found))] -= 1
        left += 1
    while left > 0 and (short := [i for i, width in enumerate(found) if width < wanted[i]]):
        found[min(short, key=found.__getitem__)] += 1
        left -= 1
    return found


def _line(found: Sequence[int], cells: Sequence[str]) -> Table:
    line = Table.grid(padding=(0, _GAP, 0, 0), pad_edge=False)
    for width in found:
        line.add_column(width=width, overflow="fold")
    line.add_row(*cells)
    return line
