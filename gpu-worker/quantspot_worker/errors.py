"""The one exception that reaches people: a code of the protocol and a sentence."""

from typing import Literal

ErrorCode = Literal[
    "bad_request", "unknown_recipe", "recipe_unavailable", "load_failed", "out_of_memory", "cancelled", "internal"
]


class EngineError(Exception):
    """A request, or the start, failed for a reason that can be told.

    code: one of the protocol's error codes. message: one sentence for people. retryable: whether the same request
    may succeed later or elsewhere.
    """

    def __init__(self, code: ErrorCode, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.code: ErrorCode = code
        self.message = message
        self.retryable = retryable
