"""Variations of a caption that must not change the picture."""

import random

PREFIXES = (
    "a picture of", "an image of", "a drawing of", "an illustration of", "a simple drawing of", "a photo of",
    "a painting of", "vector art of", "a cartoon of",
)  # fmt: skip
SUFFIXES = (
    ", flat design", ", minimalist", ", vector art", ", simple", ", digital art", ", colorful", ", high quality",
    ", detailed", ", cute", ", beautiful",
)  # fmt: skip
SYLLABLES = (
    "ba", "ke", "li", "mo", "ru", "sta", "vi", "den", "for", "ton", "gra", "mer", "lo", "si", "ha", "te", "pu", "ner",
    "cal", "dri", "os", "em", "qua", "ju", "zen", "fy", "wo", "sh",
)  # fmt: skip


def vary(rng: random.Random, caption: str) -> str:
    """The caption, at times with a prefix, a suffix, a made-up word, a full stop or a capital."""
    caption = " ".join(caption.split()).replace(" ,", ",")
    if rng.random() < 0.10:
        caption = f"{rng.choice(PREFIXES)} {caption}"
    if rng.random() < 0.07:
        caption += rng.choice(SUFFIXES)
    if rng.random() < 0.05:  # unknown words must not disturb the known ones
        words = caption.split()
        invented = "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 3)))
        words.insert(rng.randint(0, len(words)), invented)
        caption = " ".join(words)
    if rng.random() < 0.05:  # nor must leaving out the article
        caption = caption.removeprefix("a ").removeprefix("an ")
    if rng.random() < 0.08:
        caption += "."
    if rng.random() < 0.10:
        caption = caption[0].upper() + caption[1:]
    return caption
