"""The picture grammar: everything that the tiny model has ever seen is described here."""

from .dataset import Dataset, compose, compose_many
from .layers import COLUMN, FIELDS, FILLS, KINDS, MAX_LAYERS, Layer, pack

__all__ = ["COLUMN", "FIELDS", "FILLS", "KINDS", "MAX_LAYERS", "Dataset", "Layer", "compose", "compose_many", "pack"]
