"""The one exception that reaches people: a code of the protocol and a notice."""

from .protocol import ErrorCode, Notice


class EngineError(Exception):
    """A request, or the start, failed for a reason that can be told.

    code: one of the protocol's error codes. notice: one of notices.py for members; a sentence in English alone for what
    only whoever runs the engine can mend. retryable: whether the same request may succeed later or elsewhere.
    """

    def __init__(self, code: ErrorCode, notice: Notice | str, *, retryable: bool = False) -> None:
        self.notice: Notice = {"message": notice} if isinstance(notice, str) else notice
        super().__init__(self.message)
        self.code: ErrorCode = code
        self.retryable = retryable

    def alone(self) -> "EngineError":
        """Without its traceback, which keeps the variables of what raised it alive: gigabytes of a variant, maybe."""
        return EngineError(self.code, self.notice, retryable=self.retryable)

    @property
    def message(self) -> str:
        return self.notice["message"]
