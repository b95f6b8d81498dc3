import type { Exchange, SandboxMessage } from "../../src/sandbox/index.ts";
import { until } from "./system.ts";

/** The answer once it says something: on a busy machine the bot is "thinking" first. */
export async function told(exchange: Promise<Exchange>): Promise<SandboxMessage> {
  const asked = await exchange;
  const found = () => asked.messages().find(({ content }) => content !== "");
  await until("an answer", () => found() !== undefined || asked.failure !== undefined);
  const answer = found();
  if (!answer) throw new Error(asked.failure);
  return answer;
}
