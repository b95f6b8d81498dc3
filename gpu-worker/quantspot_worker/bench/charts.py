"""Bar plots of memory and of time, a row each, and of the article's scripts beside ours, as PNG and SVG."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import article
from .comparisons import Pair
from .jobs import WAYS, Figures, Job, Record

_OURS, _PEAK, _ARTICLE = "#2a6f97", "#a9d6e5", "#d1495b"
#: Times the shortest bar; a longer one goes over the edge and bears its number there.
_LONGEST = 4


def draw(records: Sequence[Record], folder: Path) -> list[Path]:
    """memory.png, memory.svg, time.png, time.svg of measured records of one way and setting."""
    measured = [(record["job"]["row"], record["figures"]) for record in records if "figures" in record]
    return [*_memory(measured, folder, records), *_time(measured, folder, records)]


def draw_pairs(pairs: Sequence[Pair], records: Sequence[Record], folder: Path) -> list[Path]:
    """pairs.png, pairs.svg: milliseconds a step. records: what they were measured with."""
    figure, axes = _axes([(pair.row, pair.ours) for pair in pairs])
    theirs = [median(pair.theirs["step_ms"]) for pair in pairs]
    ours = [median(pair.ours["step_ms"]) for pair in pairs]
    edge = _LONGEST * min(ours)
    for values, color, shift, label in ((theirs, _PEAK, -0.2, "the article's script"), (ours, _OURS, 0.2, "ours")):
        axes.barh([n + shift for n in range(len(pairs))], values, height=0.4, color=color, label=label)
        for n, value in enumerate(values):
            axes.text(min(value, edge), n + shift, f" {value:.0f}", va="center", fontsize=7)
    axes.set_xlim(0, edge)
    axes.set_xlabel("milliseconds a step")
    return _save(figure, axes, records, folder / "pairs", "The article's scripts in today's API, and the engine")


def _memory(measured: list[tuple[str, Figures]], folder: Path, records: Sequence[Record]) -> list[Path]:
    loaded = [figures["memory"]["after_loading"] / 2**30 for _, figures in measured]
    peak = [figures["memory"]["peak"] / 2**30 for _, figures in measured]
    on_gpu = measured[0][1]["memory"]["measure"] == "cuda-max-reserved"
    figure, axes = _axes(measured)
    axes.barh(range(len(measured)), peak, color=_PEAK, label="peak")
    axes.barh(range(len(measured)), loaded, height=0.5, color=_OURS, label="after loading")
    if on_gpu:
        _article_marks(axes, measured, "peak")
    axes.set_xlabel("GiB reserved on the GPU" if on_gpu else "GiB, the process's resident set")
    return _save(figure, axes, records, folder / "memory")


def _time(measured: list[tuple[str, Figures]], folder: Path, records: Sequence[Record]) -> list[Path]:
    whole = all("seconds" in figures for _, figures in measured)
    values = [figures["seconds"] if whole else median(figures["step_ms"]) for _, figures in measured]
    figure, axes = _axes(measured)
    bars = axes.barh(range(len(measured)), values, color=_OURS, label="measured")
    axes.bar_label(bars, fmt="%.1f" if whole else "%.0f", padding=3, fontsize=8)
    if whole and measured[0][1]["memory"]["measure"] == "cuda-max-reserved":
        _article_marks(axes, measured, "seconds")
    axes.set_xlabel("seconds an image" if whole else "milliseconds a step")
    return _save(figure, axes, records, folder / "time")


def _axes(measured: list[tuple[str, Figures]]) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(9, 1.4 + 0.32 * len(measured)), layout="constrained")
    axes = figure.subplots()
    axes.set_yticks(range(len(measured)), [row for row, _ in measured])
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _article_marks(axes: Axes, measured: list[tuple[str, Figures]], what: str) -> None:
    places = [(getattr(article.ROWS[row], what), n) for n, (row, _) in enumerate(measured) if row in article.ROWS]
    if not places:
        return
    axes.plot(*zip(*places, strict=True), "|", color=_ARTICLE, ms=12, mew=2, label=f"the article's ({article.DEVICE})")


def _save(figure: Figure, axes: Axes, records: Sequence[Record], stem: Path, what: str | None = None) -> list[Path]:
    settings = Job.from_json(records[0]["job"]).settings
    machine = next(r["machine"] for r in records if "machine" in r)
    what_ran = f"{settings.model}, {settings.width} x {settings.height}{settings.other_execution}"
    title = f"{what_ran}, on {machine['device']}, torch {machine['torch']}"
    axes.set_title(f"{what or WAYS[records[0]['job']['way']]}\n{title}", fontsize=9, loc="left")
    figure.legend(loc="outside lower right", ncols=3, fontsize=8, frameon=False)
    paths = [stem.with_suffix(suffix) for suffix in (".png", ".svg")]
    with rc_context({"svg.fonttype": "none"}):  # text, not outlines
        for path in paths:
            figure.savefig(path, dpi=110, metadata={"Date": None} if path.suffix == ".svg" else None)
    return paths
