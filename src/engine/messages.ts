/** Lines of the protocol to messages and back, checked both ways. */
import { z } from "zod";
import { EngineError } from "./errors.ts";
import {
  type EngineMessage,
  engineMessageSchema,
  PROTOCOL_MAJOR,
  type WorkerMessage,
  workerMessageSchema,
} from "./protocol.ts";

/** Looked at before anything else, since another major version may have changed every other field. */
const versionSchema = z.object({
  kind: z.literal("ready"),
  protocol: z.object({ major: z.number().int(), minor: z.number().int() }),
});

/** An engine of another major version: trying again with the same program is no use. */
export class VersionError extends EngineError {
  override name = "VersionError";
}

/** @throws EngineError `garbled` for what is no message, VersionError for another major version's `ready`. */
export function parseEngineLine(line: string): EngineMessage {
  const value = parseJson(line);
  const version = versionSchema.safeParse(value);
  if (version.success && version.data.protocol.major !== PROTOCOL_MAJOR) {
    const { major, minor } = version.data.protocol;
    throw new VersionError(
      "garbled",
      `speaks protocol ${major}.${minor} where this worker speaks ${PROTOCOL_MAJOR}: install both from one version`,
      false,
    );
  }
  const message = engineMessageSchema.safeParse(value);
  if (message.success) return message.data;
  // Paths and expectations only: the line itself may carry a prompt.
  const [issue] = message.error.issues;
  throw new EngineError("garbled", `broke the protocol (${issue?.path.join(".")}: ${issue?.message})`, true);
}

/** @throws EngineError `bad_request` for a request that the protocol has no room for. */
export function formatWorkerLine(message: WorkerMessage): string {
  const checked = workerMessageSchema.safeParse(message);
  if (checked.success) return `${JSON.stringify(checked.data)}\n`;
  const [issue] = checked.error.issues;
  const what = `${issue?.path.join(".")}: ${issue?.message}`;
  throw new EngineError("bad_request", `This request can't be rendered (${what}).`, false);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new EngineError(
      "garbled",
      "wrote something that is no protocol message to its standard output",
      true,
    );
  }
}
