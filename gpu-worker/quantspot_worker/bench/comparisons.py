"""Tables of rows beside each other: the article's scripts and ours, images and bf16's, parts and the article's."""

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from ..recipes import BY_ID
from . import article
from .jobs import Figures, Record, Way
from .markdown import GIB, markdown_table, number

_BEYOND_THE_ARTICLE = [id for id in BY_ID if id not in article.ROWS]


class Pair(NamedTuple):
    """row: whose figures they are, and whose script's, if that is another row's. like: whether both have T5 in the same
    precision, so that their memory can be compared.
    """

    row: str
    way: Way
    theirs: Figures
    ours: Figures
    like: bool


def paired(records: Sequence[Record]) -> list[Pair]:
    """Each of the article's scripts and the engine's own way, where both were measured. What the article has no row
    for is held against its bf16 script as well. records: of one group.
    """
    by_key = {(r["job"]["row"], r["job"]["way"]): r["figures"] for r in records if "figures" in r}
    found = []
    for (row, way), theirs in by_key.items():
        if not way.startswith("plain"):
            continue
        for own in (row, *(_BEYOND_THE_ARTICLE if row == "bf16" else ())):
            as_article = by_key.get((own, "own-as-article"))
            ours = as_article or by_key.get((own, "own"))
            if ours is not None:
                like = as_article is not None or not BY_ID[own].quantizes_t5
                found.append(Pair(own if own == row else f"{own} / {row}", way, theirs, ours, like))
    return found


def pairs(records: Sequence[Record]) -> str:
    """The article's scripts against the engine's own way, row by row. Times: over ours. Memory: ours over theirs."""
    found, rows = paired(records), []
    for row, way, theirs, ours, like in found:
        steps = median(theirs["step_ms"]), median(ours["step_ms"])
        peaks = theirs["memory"]["peak"] / GIB, ours["memory"]["peak"] / GIB
        whole = theirs.get("seconds"), ours.get("seconds")
        rows.append(
            [
                f"{row} ({way})",
                *(number(value, 1) for value in steps),
                number(steps[0] / steps[1], 2),
                *(number(value, 2) for value in whole),
                number(whole[0] / whole[1], 2) if whole[0] and whole[1] else "",
                *(number(value, 3) for value in peaks),
                number(peaks[1] / peaks[0], 2) if like else "*",
                *(number(value, 1) for value in (theirs["load_seconds"], ours["load_seconds"])),
            ]
        )
    if not rows:
        return ""
    head = ["row", "plain ms a step", "own", "plain / own", "plain s", "own", "plain / own", "plain peak GiB", "own"]
    head += ["own / plain", "plain load s", "own"]
    unlike = "\n\n\\*: our T5 is bf16, the script's is quantized; --as-article makes ours so too."
    text = "### Pair by pair\n\n" + markdown_table(head, rows)
    return text if all(pair.like for pair in found) else text + unlike


def fidelity(records: Sequence[Record]) -> str:
    """How far each way's images are from those of the article's bf16 script, eager."""
    rows = [
        [
            f"{record['job']['row']} ({record['job']['way']})" + (", the floor" if _is_floor(record) else ""),
            number(found["psnr"], 1) if found["psnr"] is not None else "identical",
            number(found["ssim"], 4),
            number(found["flip"], 4),
        ]
        for record in sorted(records, key=lambda record: not _is_floor(record))
        if (found := record.get("fidelity")) is not None
    ]
    if not rows:
        return ""
    told = (
        "Over all prompts, same seeds: PSNR of the mean squared error, mean SSIM and FLIP. The floor is bf16 compiled "
        "against bf16 eager, so what compiling changes."
    )
    return f"### Distance from bf16\n\n{markdown_table(['row', 'PSNR dB', 'SSIM', 'FLIP'], rows)}\n\n{told}"


def _is_floor(record: Record) -> bool:
    return record["job"]["row"] == "bf16" and record["job"]["way"] == "plain-compile"


def components(records: Sequence[Record]) -> str:
    """Weights of bf16's parts, in decimal GB as in the article."""
    parts = next((r["figures"]["components"] for r in records if r["job"]["row"] == "bf16" and "figures" in r), None)
    if parts is None:
        return ""
    rows = [
        [name, number(parts[name] / 1e9, 4), number(theirs, 3), number(parts[name] / 1e9 / theirs, 4)]
        for name, theirs in article.COMPONENTS_GB.items()
    ]
    head = ["part of bf16", "GB of weights", "the article (FLUX.1-dev)", "x"]
    return f"### Parts\n\n{markdown_table(head, rows)}"
