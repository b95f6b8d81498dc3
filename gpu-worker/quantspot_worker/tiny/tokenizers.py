"""Two tokenizers made from the caption grammar: byte pairs for CLIP, unigram pieces for T5.

Words of the grammar are one piece each; any other word falls back to its letters, and a character
outside ASCII to the unknown piece, so every text can be read.
"""

import base64
import json
import re
import zlib
from collections import Counter

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import CLIPTokenizer, T5TokenizerFast

from .scenes import compose_many

FIRST_SCENE = 10_000_000
"""The captions that the tokenizers are made from start here, apart from the training pictures."""
SCENES = 40_000
CLIP_PIECES = 560
CLIP_LENGTH = 77
RARE = 15
"""Words seen fewer times in `SCENES` captions, most of them made up, get no piece of their own."""

CHARACTERS = [chr(code) for code in range(33, 127) if not chr(code).isupper()]

# Sentencepiece's precompiled character map from A-Z to a-z: the only normaliser that T5's tokenizer
# keeps when it is saved and loaded again.
LOWERCASE = (
    "c-kG)Wr$Eg6oAoDL_|bHL_|bHL_|bH#O}4bb?sQ!wbt(L?(Xhx*Y57_?(VL$J~(h;9^4=EO-K}c2|}@!Ar$WsLIfquB`Gx{gwm8*"
    "5kgtY#f4Cw3g(Jba#oot&qJt6weKNRr-r#EwVc(aj(;Pm8yCMT^iPPj{S%Xfq$DFbDM(2wQj><Xq$52U$VetKlZC8gBRe_BNiK`>"
    "kehtur2zRUL_vyBm|_$qg5s2<1f?lOS;|nJa#W-Om8nEks!*M3)T9QrsYN7ps7GBIP@hILqzR2_MpK#-MGK;F6(NS!w4yC-Xh$p^"
    "Xiq0P(uK}+qbsg7bf*_R=|gY&(U$@7m%<<hGK9elV<;mS&L~DQhS7{;EE5>dBqlP2$xLG^5(v|o#Z2Zfn|aJ-0rOeJLYA<YWh_NH"
    "VL7W<$r@I(j<sxHJ)79b7B;hut;A=yot^ApH@n!&9`>`3gB;*6hd9a+j&qEYoZvL4ILjH%bB>E#;4+uE$`!72jho!yHn+IT9qx0F"
    "hdkghk9f)xJf-lAm%QLLuXxKF-t&%+eBd*m_{tYN$?%Pz{NOjg_{*RF{WaBIl<uN67o)dUT5F@TSdF#US4VAi)>T(cb=OnR@DEEC"
    "t|b"
)


def _captions() -> list[str]:
    return compose_many(SCENES, FIRST_SCENE).captions


def _words(captions: list[str]) -> list[str]:
    """The grammar's words and numerals, most frequent first."""
    counts = Counter(word for caption in captions for word in re.findall(r"[a-z]+|[0-9]", caption.lower()))
    frequent = [word for word, count in counts.items() if count >= RARE]
    return sorted(frequent, key=lambda word: (-counts[word], word))


def _clip_tokenizer(captions: list[str]) -> CLIPTokenizer:
    byte_pairs = Tokenizer(models.BPE(end_of_word_suffix="</w>", unk_token="<|unk|>"))
    byte_pairs.normalizer = normalizers.Lowercase()
    pattern = Regex(r"[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+")
    byte_pairs.pre_tokenizer = pre_tokenizers.Split(pattern, behavior="removed", invert=True)
    trainer = trainers.BpeTrainer(
        vocab_size=CLIP_PIECES,
        initial_alphabet=CHARACTERS,
        end_of_word_suffix="</w>",
        min_frequency=5,
        show_progress=False,
    )
    byte_pairs.train_from_iterator(captions, trainer)
    merges = [tuple(pair) for pair in json.loads(byte_pairs.to_str())["model"]["merges"]]
    pieces = [*CHARACTERS, *(character + "</w>" for character in CHARACTERS)]
    pieces += ["".join(pair) for pair in merges] + ["<|unk|>", "<|startoftext|>", "<|endoftext|>"]
    vocabulary = {piece: index for index, piece in enumerate(dict.fromkeys(pieces))}
    # An unknown piece of its own: by default it is the end of the text, and would cut the pooled text short.
    return CLIPTokenizer(vocab=vocabulary, merges=merges, unk_token="<|unk|>", model_max_length=CLIP_LENGTH)


def _t5_tokenizer(words: list[str]) -> T5TokenizerFast:
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("\u2581", -6.0)]
    pieces += [(character, -12.0) for character in CHARACTERS]
    pieces += [("\u2581" + word, -4.0) for word in words]
    charsmap = zlib.decompress(base64.b85decode(LOWERCASE))
    return T5TokenizerFast(vocab=pieces, extra_ids=0, model_max_length=512, _spm_precompiled_charsmap=charsmap)


def build_tokenizers() -> tuple[CLIPTokenizer, T5TokenizerFast]:
    """Always the same two, from the same captions."""
    captions = _captions()
    return _clip_tokenizer(captions), _t5_tokenizer(_words(captions))
