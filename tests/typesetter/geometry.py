"""Rectangles of a page: columns and rows, how a page is divided among articles, and where lines stand around what is in their way.

Lengths are in points, from the top left corner of the page; cells count columns and rows.
"""

import math
from typing import NamedTuple

from linebreaking import ROUNDING, Slot

# How much of a row's height its baseline is above its foot.
BASELINE = 0.24
# What overlaps a row by less is not in its way, in points.
TOUCHES = 0.6
ASIDE = 1
# Lines shorter than this are not set beside an obstacle, in type sizes.
SHORTEST_LINE = 5
# An area wider than this in proportion to its height is rather cut from top to bottom.
WIDE = 1.1


class Rect(NamedTuple):
    x: float
    y: float
    width: float
    height: float


class Cell(NamedTuple):
    """Columns and rows of a grid; `bottom` is the first row that is not in it."""

    column: int
    columns: int
    top: int
    bottom: int

    def rows(self):
        return self.bottom - self.top


class Grid:
    """Columns of equal width from `left` to `right`, or over the whole page, and rows as high as the leading, below `top`."""

    def __init__(self, page, columns, top, left=None, right=None):
        self.left = page.left if left is None else left
        right = page.right if right is None else right
        self.top = top
        self.gutter, self.leading = page.style.gutter, page.style.leading
        self.width = (right - self.left - (columns - 1) * self.gutter) / columns
        # Characters in a line of one column.
        self.measure = self.width / page.style.size

    def rect(self, cell):
        """Where a cell is."""
        x = self.left + cell.column * (self.width + self.gutter)
        y = self.top + cell.top * self.leading
        return Rect(x, y, cell.columns * self.width + (cell.columns - 1) * self.gutter, cell.rows() * self.leading)


def divide(page, grid, cell, most, columns=1, rows=14, between=1):
    """Cuts a cell across again and again, until no part holds much more than `most` characters or one of its parts would be narrower
    than `columns` or lower than `rows`; `between` rows are left between a part and the one below, with a rule in the middle."""
    rng = page.rng
    capacity = cell.columns * cell.rows() * grid.width / page.style.size
    can_stack, can_split = cell.rows() >= 2 * rows + between, cell.columns >= 2 * columns
    if capacity <= most * rng.uniform(0.75, 1.15) or not (can_stack or can_split):
        return [cell]
    wide = cell.columns * grid.width > cell.rows() * grid.leading * WIDE
    if can_split and (wide or not can_stack):
        left = rng.randint(columns, cell.columns - columns)
        parts = cell._replace(columns=left), cell._replace(column=cell.column + left, columns=cell.columns - left)
    else:
        cut = rng.randint(cell.top + rows, cell.bottom - rows - between)
        middle = (cell.top + cell.bottom) / 2
        if abs(cut - middle) > cell.rows() * 0.3:
            cut = int(middle + rng.uniform(-0.15, 0.15) * cell.rows())
        parts = cell._replace(bottom=cut), cell._replace(top=cut + between)
        below = grid.rect(parts[1])
        page.rule(below.x, below.y - grid.leading * 0.5 * between, below.x + below.width)
    return [leaf for part in parts for leaf in divide(page, grid, part, most, columns, rows, between)]


def slots(frames, obstacles, leading, size):
    """The places for lines in frames that text runs through; beside an obstacle the longest free part of a row."""
    found = []
    for frame in frames:
        for row in range(int((frame.height + ROUNDING) // leading)):
            top, bottom = frame.y + row * leading, frame.y + (row + 1) * leading
            free = [(frame.x, frame.x + frame.width)]
            for obstacle in obstacles:
                if obstacle.y < bottom - TOUCHES and obstacle.y + obstacle.height > top + TOUCHES:
                    free = [part for left, right in free for part in beside(left, right, obstacle, size)]
            if free:
                left, right = max(free, key=lambda part: part[1] - part[0])
                found.append(Slot(left, bottom - BASELINE * leading, right - left))
    return found


def beside(left, right, obstacle, size):
    """The parts of a row left and right of an obstacle that hold a line; each holds whole characters."""
    start, end = obstacle.x, obstacle.x + obstacle.width
    if start >= right - ASIDE or end <= left + ASIDE:
        yield left, right
        return
    if start - left >= SHORTEST_LINE * size:
        yield left, left + math.floor((start - left) / size) * size
    if right - end >= SHORTEST_LINE * size:
        yield right - math.floor((right - end) / size) * size, right


def hole(page, rect):
    """What text around a picture keeps free."""
    gutter, leading = page.style.gutter, page.style.leading
    return Rect(rect.x - gutter * 0.8, rect.y - leading * 0.5, rect.width + 1.6 * gutter, rect.height + leading * 0.9)
