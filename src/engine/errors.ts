import type { EngineErrorCode } from "./protocol.ts";

/** The engine's own codes, and what the worker finds out about it from outside. */
export type EngineFailureCode =
  | EngineErrorCode
  | "died" // its process ended
  | "hung" // it gave no sign of life, or made no progress
  | "garbled"; // it broke the protocol

/** Why a request brought no images. The message is a sentence for people. */
export class EngineError extends Error {
  override name = "EngineError";
  readonly code: EngineFailureCode;
  /** Whether the same request may succeed on another try. */
  readonly retryable: boolean;

  constructor(code: EngineFailureCode, message: string, retryable: boolean) {
    super(message);
    this.code = code;
    this.retryable = retryable;
  }
}
