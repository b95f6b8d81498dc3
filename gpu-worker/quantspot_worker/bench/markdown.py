"""A table in Markdown, and how its figures are written."""

from collections.abc import Sequence

GIB = 2**30


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The first column is text, the others are figures."""
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"
