import type { Notice } from "./notices.ts";
import type { EngineErrorCode } from "./protocol.ts";

/** The engine's own codes, and what the worker finds out about it from outside. */
export type EngineFailureCode =
  | EngineErrorCode
  | "died" // its process ended
  | "hung" // it gave no sign of life, or made no progress
  | "garbled"; // it broke the protocol

/** Why a request brought no images. The notice is for people. */
export class EngineError extends Error {
  override name = "EngineError";
  readonly code: EngineFailureCode;
  readonly notice: Notice;
  /** Whether the same request may succeed on another try. */
  readonly retryable: boolean;

  constructor(code: EngineFailureCode, notice: Notice | string, retryable: boolean) {
    const told = typeof notice === "string" ? { message: notice } : notice;
    super(told.message);
    this.code = code;
    this.notice = told;
    this.retryable = retryable;
  }
}
