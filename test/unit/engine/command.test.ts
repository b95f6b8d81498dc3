import { afterEach, expect, it, vi } from "vitest";
import { readConfig } from "../../../src/config.ts";
import { engineCommand } from "../../../src/engine/command.ts";

afterEach(() => vi.unstubAllEnvs());

it("keeps the bot's secrets from the engine, which runs others' files, and leaves it what it needs", () => {
  const secrets = [
    "DISCORD_TOKEN",
    "DISCORD_TOKEN_FILE",
    "REDIS_URL",
    "REDIS_PASSWORD",
    "REDIS_PASSWORD_FILE",
    "OTEL_EXPORTER_OTLP_HEADERS",
  ];
  for (const name of secrets) vi.stubEnv(name, "secret");
  vi.stubEnv("HF_TOKEN", "for the hub");
  const { env } = engineCommand(readConfig({}).engine, "cpu");
  for (const name of secrets) expect(env).not.toHaveProperty(name);
  expect(env.HF_TOKEN).toBe("for the hub");
});
