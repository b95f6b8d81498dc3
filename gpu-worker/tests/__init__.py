"""The engine's tests."""

# Before torch, which each of them imports: it says how the threads of one operation wait for each other.
import quantspot_worker  # noqa: F401
