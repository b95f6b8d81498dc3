"""Weights' bytes by storage, and the meter."""

import time

import bitsandbytes as bnb
import numpy as np
import torch
from torch import nn
from torchao.quantization import Int8WeightOnlyConfig, quantize_

from quantspot_worker.memory import Meter, weights_bytes


def test_plain_weights_count_each_storage_once() -> None:
    layer = nn.Linear(64, 32).to(torch.bfloat16)
    assert weights_bytes(layer) == (64 * 32 + 32) * 2
    tied = nn.ModuleList([layer, nn.Linear(64, 32, bias=False)])
    tied[1].weight = layer.weight
    assert weights_bytes(tied) == weights_bytes(layer)


def test_a_tensor_subclass_counts_what_it_holds_inside() -> None:
    model = nn.Sequential(nn.Linear(256, 128, bias=False).to(torch.bfloat16))
    quantize_(model, Int8WeightOnlyConfig())
    assert model[0].weight.dtype is torch.bfloat16  # what it says
    inside = 256 * 128 + 128 * 2
    assert inside <= weights_bytes(model) <= inside + 128 * 8


def test_bitsandbytes_scales_count() -> None:
    layer = bnb.nn.Linear4bit(256, 128, bias=False, quant_type="nf4", compress_statistics=False).to("cpu")
    scales = 256 * 128 // 64 * 4 + 16 * 4  # a float32 for each 64 weights, and the table of 16 values
    assert 256 * 128 // 2 + scales <= weights_bytes(layer) <= 256 * 128 // 2 + scales + 64
    eight = bnb.nn.Linear8bitLt(256, 128, bias=False, has_fp16_weights=False).to("cpu")
    assert 256 * 128 <= weights_bytes(eight) <= 256 * 128 + 128 * 4


def test_the_meter_sees_a_peak_that_is_gone_at_the_end() -> None:
    with Meter(torch.device("cpu")) as meter:
        block = np.ones(200 * 2**20, np.uint8)
        for _ in range(6000):  # it looks every 10 ms, and later on a busy machine
            if meter.peak_bytes - meter.resident_bytes > 190 * 2**20:
                break
            time.sleep(0.01)
        del block
    assert meter.measure == "process-rss"
    assert meter.peak_bytes - meter.resident_bytes > 190 * 2**20
