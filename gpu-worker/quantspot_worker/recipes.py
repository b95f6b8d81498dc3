"""The recipes: what each backend that people choose is made of. Data only; loaders/ knows how to build them.

ARTICLE are the 19 rows of the article that this project re-makes; OFFERED is what an engine offers when it is not
told otherwise; RECIPES are all.
"""

from dataclasses import dataclass
from typing import Literal

from .protocol import Execution, Family, Placement

#: cuda-compiler: on a GPU. weights-file: a checkpoint that the operator names, since nothing here can make one.
Need = Literal["compiler", "cuda-compiler", "weights-file"]


@dataclass(frozen=True)
class Weight:
    """What the block linears of the loaded transformer must be. Several names where the device picks the kernel."""

    layer: str
    weights: tuple[str, ...]
    #: Dtype of the stored parameter, where the class does not say it already.
    dtype: str | None = None
    #: quanto's name of the type, since int8 and float8 share one class.
    qtype: str | None = None
    #: Whether activations are quantized too, where torchao's classes leave both open.
    activations: bool = False


@dataclass(frozen=True)
class Recipe:
    """One backend's definition.

    id: its name everywhere. scheme: the loader's word for the number format. bits: of one stored weight, scales
    included where the format fixes them. quantizes_t5: whether the article quantized T5 as well (the pool shares one
    T5 and does not; the benchmark's --as-article does). packages: what must be installed, by import name.
    capability: the least CUDA compute capability, where it runs on a GPU.
    """

    id: str
    label: str
    family: Family
    scheme: str
    bits: float
    weight: Weight
    quantizes_t5: bool = False
    placement: Placement = "resident"
    execution: Execution = "eager"
    needs: tuple[Need, ...] = ()
    packages: tuple[str, ...] = ()
    capability: tuple[int, int] = (0, 0)


ORIGINAL = Weight("Linear", ("Parameter",), dtype="bfloat16")
_NF4 = Weight("Linear4bit", ("Params4bit",), dtype="uint8")
_BNB_INT8 = Weight("Linear8bitLt", ("Int8Params",), dtype="int8")
_AO_INT4 = Weight("Linear", ("Int4TilePackedTo4dTensor", "Int4OpaqueTensor"))
_AO_INT8 = Weight("Linear", ("Int8Tensor",))
_AO_FP8 = Weight("Linear", ("Float8Tensor",))
_AO_INT8_W8A8 = Weight("Linear", ("Int8Tensor",), activations=True)
_AO_FP8_W8A8 = Weight("Linear", ("Float8Tensor",), activations=True)
_FP8_STORAGE = Weight("Linear", ("Parameter",), dtype="float8_e4m3fn")
_GGUF = Weight("GGUFLinear", ("GGUFParameter",), dtype="uint8")
_QBYTES = ("WeightQBytesTensor",)
_QBITS = ("TinyGemmWeightQBitsTensor", "AWQWeightQBitsTensor", "MarlinInt4WeightQBitsTensor", "WeightQBitsTensor")


def _bnb(id: str, label: str, scheme: str, bits: float, weight: Weight, placement: Placement = "resident") -> Recipe:
    return Recipe(id, label, "bitsandbytes", scheme, bits, weight, True, placement, packages=("bitsandbytes",))


def _torchao(scheme: str, bits: float, weight: Weight, execution: Execution = "eager") -> Recipe:
    compiled = execution == "compiled"
    return Recipe(
        f"torchao-{scheme}{'-compile' if compiled else ''}",
        f"torchao {scheme}{' + torch.compile' if compiled else ''}",
        "torchao",
        scheme,
        bits,
        weight,
        quantizes_t5=True,
        execution=execution,
        needs=("compiler",) if compiled else (),
        packages=("torchao",),
        capability=(8, 0) if scheme == "int4" else (0, 0),
    )


def _quanto(scheme: str, bits: float, weight: Weight, needs: tuple[Need, ...] = ()) -> Recipe:
    packages = ("optimum.quanto",)
    return Recipe(
        f"quanto-{scheme}", f"Quanto {scheme}", "quanto", scheme, bits, weight, True, needs=needs, packages=packages
    )


def _w8a8(number: str, weight: Weight, capability: tuple[int, int]) -> Recipe:
    """Weights and activations in eight bits: the matrix product itself runs in them."""
    id, label = f"{number}-w8a8", f"{number} weights and activations"
    return Recipe(id, label, "torchao", id, 8, weight, packages=("torchao",), capability=capability)


def _gguf(scheme: str, bits: float, needs: tuple[Need, ...] = ()) -> Recipe:
    id = f"gguf-{scheme.lower()}"
    return Recipe(id, f"GGUF {scheme}", "gguf", scheme, bits, _GGUF, needs=needs, packages=("gguf",))


ARTICLE: tuple[Recipe, ...] = (
    Recipe("bf16", "Original bf16", "original", "bf16", 16, ORIGINAL),
    _bnb("bnb-nf4", "bitsandbytes NF4", "nf4", 4.5, _NF4),
    _bnb("bnb-int8", "bitsandbytes int8", "int8", 8, _BNB_INT8),
    _torchao("int4", 4.25, _AO_INT4),
    _torchao("int8", 8, _AO_INT8),
    _torchao("fp8", 8, _AO_FP8),
    # Quanto compiles its int4 kernels at first use, in C++ or in CUDA.
    _quanto("int4", 4.25, Weight("QLinear", _QBITS, qtype="qint4"), needs=("compiler", "cuda-compiler")),
    _quanto("int8", 8, Weight("QLinear", _QBYTES, qtype="qint8")),
    _quanto("fp8", 8, Weight("QLinear", _QBYTES, qtype="qfloat8_e4m3fn")),
    _gguf("Q2_K", 2.625),
    _gguf("Q4_1", 5),
    _gguf("Q8_0", 8.5),
    Recipe("fp8-layerwise", "fp8 layerwise casting", "layerwise", "fp8", 8, _FP8_STORAGE),
    _bnb("bnb-nf4-offload", "bitsandbytes NF4, CPU offload", "nf4", 4.5, _NF4, "model-offload"),
    _bnb("bnb-int8-offload", "bitsandbytes int8, CPU offload", "int8", 8, _BNB_INT8, "model-offload"),
    Recipe(
        "fp8-layerwise-group-offload",
        "fp8 layerwise, group offload",
        "layerwise",
        "fp8",
        8,
        _FP8_STORAGE,
        placement="group-offload",
    ),
    _torchao("int4", 4.25, _AO_INT4, "compiled"),
    _torchao("int8", 8, _AO_INT8, "compiled"),
    _torchao("fp8", 8, _AO_FP8, "compiled"),
)

OFFERED: tuple[Recipe, ...] = (
    *ARTICLE,
    # FP8 tensor cores came with Ada (8.9), INT8 ones with Turing (7.5).
    _w8a8("fp8", _AO_FP8_W8A8, (8, 9)),
    _w8a8("int8", _AO_INT8_W8A8, (7, 5)),
)

#: With those of the article, every type that diffusers reads. gguf writes the first three.
RECIPES: tuple[Recipe, ...] = (
    *OFFERED,
    _gguf("Q4_0", 4.5),
    _gguf("Q5_0", 5.5),
    _gguf("Q5_1", 6),
    _gguf("Q3_K", 3.4375, ("weights-file",)),
    _gguf("Q4_K", 4.5, ("weights-file",)),
    _gguf("Q5_K", 5.5, ("weights-file",)),
    _gguf("Q6_K", 6.5625, ("weights-file",)),
    _gguf("IQ4_NL", 4.5, ("weights-file",)),
    _gguf("IQ4_XS", 4.25, ("weights-file",)),
)

BY_ID = {recipe.id: recipe for recipe in RECIPES}
