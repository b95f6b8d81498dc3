"""Tiny, the small FLUX that ships: its pictures, training, scoring and samples."""
