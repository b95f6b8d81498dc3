"""Start noise: diffusers' own for a plain seed, normal for any mixture."""

import torch

from quantspot_worker.noise import latents
from quantspot_worker.pool import VariantPool
from quantspot_worker.requests import Seed


def test_a_plain_seed_is_the_noise_that_the_pipeline_draws(pool: VariantPool) -> None:
    theirs, _ = pool.base.prepare_latents(
        1, 16, 192, 320, torch.bfloat16, torch.device("cpu"), torch.Generator("cpu").manual_seed(11)
    )
    ours = latents((Seed(11, 1),), 16, 24, 40)
    assert torch.equal(ours, theirs)
    assert torch.equal(latents((Seed(11, 0.3),), 16, 24, 40), theirs)  # a weight alone changes nothing
    assert torch.equal(latents((Seed(11, -2),), 16, 24, 40), -theirs)


def test_a_mixture_has_unit_variance_and_lies_between_its_seeds() -> None:
    a, b = (latents((Seed(seed, 1),), 16, 32, 32).float() for seed in (1, 2))
    mixed = latents((Seed(1, 0.6), Seed(2, 0.4)), 16, 32, 32).float()
    assert abs(mixed.std() - 1) < 0.02
    expected = (0.6 * a + 0.4 * b) / (0.6**2 + 0.4**2) ** 0.5
    assert (mixed - expected).abs().max() < 0.02  # bfloat16 of values up to 4


def test_an_interpolation_ends_at_its_seeds() -> None:
    assert torch.equal(latents((Seed(1, 1), Seed(2, 0)), 16, 16, 16), latents((Seed(1, 1),), 16, 16, 16))


def test_small_weights_are_weights_and_a_seed_named_twice_is_one() -> None:
    """incident: weights whose squares are no float32 gave noise of another size, and one seed named twice gave a
    standard deviation of 1.47. torch.Generator takes 32 bits of a seed.
    """
    mixed = latents((Seed(1, 3), Seed(2, 4)), 16, 16, 16)
    assert torch.equal(latents((Seed(1, 3e-6), Seed(2, 4e-6)), 16, 16, 16), mixed)
    assert torch.equal(latents((Seed(1, 3e6), Seed(2, 4e6)), 16, 16, 16), mixed)
    plain = latents((Seed(1, 1),), 16, 16, 16)
    assert torch.equal(latents((Seed(1, 1), Seed(1, 1)), 16, 16, 16), plain)
    assert torch.equal(latents((Seed(1, 3), Seed(1 + 2**32, -1)), 16, 16, 16), plain)
