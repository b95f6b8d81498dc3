"""The article's side-by-side panels: a family's rows beside bf16, one line a prompt."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

#: The article's own panels; each is headed by the rows' names.
PANELS = {
    "bitsandbytes": ("bf16", "bnb-nf4", "bnb-int8"),
    "torchao": ("torchao-int4", "torchao-int8", "torchao-fp8"),
    "quanto": ("quanto-int4", "quanto-int8", "quanto-fp8"),
    "gguf": ("gguf-q2_k", "gguf-q4_1", "gguf-q8_0"),
    "layerwise": ("fp8-layerwise",),
    "offload": ("bnb-nf4-offload", "bnb-int8-offload", "fp8-layerwise-group-offload"),
    "compile": ("torchao-int4-compile", "torchao-int8-compile", "torchao-fp8-compile"),
}
_LABEL, _GAP, _WIDEST = 28, 8, 512


def draw(pictures: Mapping[str, Sequence[Path]], folder: Path) -> list[Path]:
    """pictures: a row's, one a prompt. Panels of which no row was drawn are left out; bf16 stands beside each."""
    written = []
    for name, rows in PANELS.items():
        shown = [row for row in dict.fromkeys(("bf16", *rows)) if pictures.get(row)]
        if not any(row in rows for row in shown):
            continue
        path = folder / f"panel-{name}.webp"
        _panel([(row, pictures[row]) for row in shown]).save(path, quality=90)
        written.append(path)
    return written


def _panel(columns: Sequence[tuple[str, Sequence[Path]]]) -> Image.Image:
    width, height = Image.open(columns[0][1][0]).size
    scale = min(1, _WIDEST / width)
    width, height = round(width * scale), round(height * scale)
    lines = max(len(pictures) for _, pictures in columns)
    sheet = Image.new("RGB", (len(columns) * (width + _GAP) - _GAP, _LABEL + lines * (height + _GAP) - _GAP), "white")
    pen = ImageDraw.Draw(sheet)
    for column, (row, pictures) in enumerate(columns):
        left = column * (width + _GAP)
        pen.text((left + 4, 6), row, fill="black", font=ImageFont.load_default(16))
        for line, picture in enumerate(pictures):
            place = (left, _LABEL + line * (height + _GAP))
            sheet.paste(Image.open(picture).resize((width, height), Image.Resampling.LANCZOS), place)
    return sheet
