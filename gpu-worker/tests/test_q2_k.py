"""The Q2_K quantizer, read back by gguf's own de-quantizer."""

import gguf
import numpy as np
import pytest
from gguf import GGMLQuantizationType

from quantspot_worker.q2_k import quantize_q2_k


def round_trip(values: np.ndarray) -> np.ndarray:
    packed = quantize_q2_k(values)
    assert packed.dtype == np.uint8 and packed.shape == (len(values), values.shape[1] // 256 * 84)
    return gguf.dequantize(packed, GGMLQuantizationType.Q2_K)


def relative_error(values: np.ndarray) -> float:
    return float(np.linalg.norm(round_trip(values) - values) / np.linalg.norm(values))


@pytest.mark.parametrize("spread", [1e-3, 1, 30])
def test_normal_weights_keep_two_bits_of_precision(spread: float) -> None:
    values = (np.random.default_rng(0).normal(size=(96, 512)) * spread).astype(np.float32)
    # Four levels fitted to 16 normal weights leave about 0.27; plain minimum and maximum leave 0.33.
    assert relative_error(values) < 0.29


def test_what_four_levels_can_say_comes_back_whole() -> None:
    levels = np.random.default_rng(1).integers(0, 4, size=(8, 256)).astype(np.float32)
    levels[:, ::16], levels[:, 1::16] = 0, 3  # each group of 16 uses its whole range
    assert relative_error(levels * 0.5 - 0.5) < 2e-3  # float16 of the block's scale


def test_zeros_and_one_sided_groups() -> None:
    assert not round_trip(np.zeros((2, 256), np.float32)).any()
    positive = np.random.default_rng(2).uniform(1, 2, size=(16, 256)).astype(np.float32)
    assert relative_error(positive) < 0.25  # the format has no negative minimum: levels start at zero
    assert relative_error(-positive) < 0.1


def test_each_weight_stays_in_its_place() -> None:
    values = np.zeros((1, 512), np.float32)
    values[0, 300] = 1
    assert np.argmax(round_trip(values)) == 300
