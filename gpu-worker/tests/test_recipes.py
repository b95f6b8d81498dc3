"""All recipes that are made from the model on this machine, through the real quantizers."""

from pathlib import Path

import gguf
import pytest
import torch
from optimum.quanto.tensor.weights.tinygemm import TinyGemmWeightQBitsTensor

from quantspot_worker import probes
from quantspot_worker.checks import block_linears
from quantspot_worker.device import Device
from quantspot_worker.loaders import loader
from quantspot_worker.pool import VariantPool
from quantspot_worker.recipes import ARTICLE, BY_ID, OFFERED, RECIPES

#: Layer class, weight class, the weight's own bits, largest relative difference of one prediction to bf16's.
EXPECTED = {
    "bf16": ("Linear", "Parameter", 16, 0),
    "bnb-nf4": ("Linear4bit", "Params4bit", 4.5, 0.5),
    "bnb-int8": ("Linear8bitLt", "Int8Params", 8, 0.06),
    "torchao-int4": ("Linear", "Int4OpaqueTensor", 4.25, 0.5),
    "torchao-int8": ("Linear", "Int8Tensor", 8, 0.06),
    "torchao-fp8": ("Linear", "Float8Tensor", 8, 0.12),
    "quanto-int4": ("QLinear", "TinyGemmWeightQBitsTensor", 4.25, 0.5),
    "quanto-int8": ("QLinear", "WeightQBytesTensor", 8, 0.06),
    "quanto-fp8": ("QLinear", "WeightQBytesTensor", 8, 0.12),
    "gguf-q2_k": ("GGUFLinear", "GGUFParameter", 2.625, 0.9),
    "gguf-q4_1": ("GGUFLinear", "GGUFParameter", 5, 0.5),
    "gguf-q8_0": ("GGUFLinear", "GGUFParameter", 8.5, 0.06),
    "fp8-layerwise": ("Linear", "Parameter", 8, 0.12),
    "fp8-w8a8": ("Linear", "Float8Tensor", 8, 0.16),
    "int8-w8a8": ("Linear", "Int8Tensor", 8, 0.08),
    "gguf-q4_0": ("GGUFLinear", "GGUFParameter", 4.5, 0.5),
    "gguf-q5_0": ("GGUFLinear", "GGUFParameter", 5.5, 0.25),
    "gguf-q5_1": ("GGUFLinear", "GGUFParameter", 6, 0.25),
}
for base, also in (
    ("bnb-nf4", "bnb-nf4-offload"),
    ("bnb-int8", "bnb-int8-offload"),
    ("fp8-layerwise", "fp8-layerwise-group-offload"),
    *((id, f"{id}-compile") for id in ("torchao-int4", "torchao-int8", "torchao-fp8")),
):
    EXPECTED[also] = EXPECTED[base]


def test_the_nineteen_rows_are_there() -> None:
    assert {recipe.id for recipe in ARTICLE} <= set(EXPECTED) and len(ARTICLE) == 19
    assert len(OFFERED) <= 25  # what an autocomplete of Discord shows
    assert set(BY_ID) - set(EXPECTED) == {r.id for r in RECIPES if "weights-file" in r.needs}


def test_the_bits_of_gguf_types_are_those_of_their_blocks() -> None:
    for recipe in RECIPES:
        if recipe.family == "gguf":
            weights, size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[recipe.scheme]]
            assert recipe.bits == 8 * size / weights


@torch.no_grad()
def predict(pool: VariantPool, id: str) -> torch.Tensor:
    """One step's prediction for fixed inputs of 128 x 128 pixels."""
    pipe = pool.acquire(BY_ID[id]).variant.pipe
    embeds, pooled, text_ids = pipe.encode_prompt("a red car on a road", prompt_2=None, max_sequence_length=64)
    latents, image_ids = pipe.prepare_latents(
        1, 16, 128, 128, torch.bfloat16, torch.device("cpu"), torch.Generator("cpu").manual_seed(0)
    )
    return pipe.transformer(
        hidden_states=latents,
        timestep=torch.tensor([0.7], dtype=torch.bfloat16),
        guidance=torch.tensor([3.5]),
        pooled_projections=pooled,
        encoder_hidden_states=embeds,
        txt_ids=text_ids,
        img_ids=image_ids,
        joint_attention_kwargs={},  # as the pipeline calls it: another call would be compiled anew
        return_dict=False,
    )[0].float()


#: Compiling takes half a minute a row; one of the three, and of gguf's plain types, stands for all in an everyday run.
SLOW = {"torchao-int4-compile", "torchao-fp8-compile", "gguf-q5_0", "gguf-q5_1"}


@pytest.mark.parametrize("id", [pytest.param(id, marks=[pytest.mark.slow] if id in SLOW else []) for id in EXPECTED])
def test_recipe(pool: VariantPool, device: Device, id: str) -> None:
    recipe = BY_ID[id]
    reason = probes.reason_against(recipe, device)
    if reason is not None:
        pytest.skip(reason["message"])
    layer, weight, bits, difference = EXPECTED[id]
    variant = pool.acquire(recipe).variant
    layers = block_linears(recipe, variant.pipe.transformer).values()
    assert {(type(m).__name__, type(m.weight).__name__) for m in layers} == {(layer, weight)}

    original = predict(pool, "bf16")
    # The second size of a compiled recipe used to be compiled while somebody waited for it.
    with torch.compiler.set_stance("fail_on_recompile"):
        quantized = predict(pool, id)
    error = float((quantized - original).norm() / original.norm())
    assert torch.isfinite(quantized).all()
    assert error <= difference and (error > 1e-4 or id == "bf16"), error

    # By storage: what the bits say, and at most what bf16 takes; 2-D leftovers and biases stay wider.
    whole = pool.acquire(BY_ID["bf16"]).variant.weights_bytes
    low, high = bits / 16, bits / 16 + (0.25 if recipe.family == "layerwise" else 0.04)
    assert low * 0.98 <= variant.weights_bytes / whole <= high, variant.weights_bytes / whole


def test_eight_bits_are_nearer_to_the_original_than_four_and_four_than_two(pool: VariantPool) -> None:
    original = predict(pool, "bf16")

    def error(id: str) -> float:
        return float((predict(pool, id) - original).norm())

    assert error("gguf-q8_0") < error("gguf-q4_1") < error("gguf-q2_k")
    assert error("torchao-int8") < error("torchao-int4")
    assert error("bnb-int8") < error("bnb-nf4")


def test_a_recipe_is_refused_with_a_reason_that_holds(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    reports = {report["id"]: report for report in probes.report(device)}
    assert {r.id for r in OFFERED if not reports[r.id]["runnable"]} == {
        "quanto-int4",
        "torchao-int4-compile",
        "torchao-int8-compile",
        "torchao-fp8-compile",
    }
    assert "install g++" in reports["quanto-int4"]["reason"]["message"]
    assert "reason" not in reports["bf16"]
    assert "Int4OpaqueTensor" in reports["torchao-int4"]["standIn"]["message"]


def test_quanto_int4_is_loaded_once_from_a_model_of_many_files(
    pool: VariantPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For each of FLUX's files all weights loaded so far were unpacked: 6.4 GiB at the end, and minutes on a CPU."""

    def unpacked(weight: TinyGemmWeightQBitsTensor) -> None:
        raise AssertionError("unpacked")

    original = pool.acquire(BY_ID["bf16"]).variant.pipe.transformer
    original.save_pretrained(tmp_path / "transformer", max_shard_size="4MB")
    assert len(list((tmp_path / "transformer").glob("*.safetensors"))) > 2
    monkeypatch.setattr(TinyGemmWeightQBitsTensor, "weight_qbits_tensor", unpacked)
    transformer = loader(BY_ID["quanto-int4"]).load(BY_ID["quanto-int4"], tmp_path, torch.device("cpu"))
    assert isinstance(transformer.transformer_blocks[0].attn.to_q.weight, TinyGemmWeightQBitsTensor)


def test_quanto_int4_on_a_gpu_wants_nvcc(monkeypatch: pytest.MonkeyPatch) -> None:
    # With g++ alone it was offered there, and every request for it failed when it was loaded.
    class Gpu(Device):
        capability = (9, 0)

    gpu = Gpu(torch.device("cuda:0"), "NVIDIA H200", 2**37)
    monkeypatch.setattr("torch.utils.cpp_extension.CUDA_HOME", None)
    wants = {
        recipe.id
        for recipe in OFFERED
        if (reason := probes.reason_against(recipe, gpu)) and reason["code"] == "cuda_compiler_missing"
    }
    assert wants == {"quanto-int4"}
    monkeypatch.setattr("torch.utils.cpp_extension.CUDA_HOME", "/usr/local/cuda")
    assert probes.reason_against(BY_ID["quanto-int4"], gpu) is None
