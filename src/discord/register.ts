/**
 * Registering the commands. Discord limits how often that may be done, so it is done only when a definition has
 * changed: what Discord itself lists must be what was last registered with the same definitions.
 */
import { createHash } from "node:crypto";
import { type REST, Routes } from "discord.js";
import type { APIApplicationCommand } from "discord-api-types/v10";
import type { Redis } from "ioredis";
import { z } from "zod";
import { keys } from "../store/keys.ts";
import type { Command } from "./command.ts";

/** What was registered last: the definitions' hash and the versions that Discord gave them. */
const registeredSchema = z.object({ hash: z.string(), versions: z.array(z.string()) });

/**
 * @param guildId only this server gets the commands; every server does when absent. The other set is removed.
 * @returns whether anything had to be registered
 */
export async function register(
  rest: REST,
  redis: Redis,
  applicationId: string,
  guildId: string | undefined,
  commands: readonly Command[],
): Promise<boolean> {
  const wanted = commands.map((command) => command.definition);
  const everywhere = Routes.applicationCommands(applicationId);
  if (!guildId) return put(rest, redis, everywhere, wanted);
  const here = Routes.applicationGuildCommands(applicationId, guildId);
  const removed = await put(rest, redis, everywhere, []);
  // Where a command is offered is a matter of global ones; Discord refuses it on a server's own.
  const local = wanted.map(({ contexts: _, integration_types: __, ...definition }) => definition);
  return (await put(rest, redis, here, local)) || removed;
}

async function put(
  rest: REST,
  redis: Redis,
  route: `/${string}`,
  wanted: readonly Command["definition"][],
): Promise<boolean> {
  const listed = (await rest.get(route)) as APIApplicationCommand[];
  if (wanted.length === 0 && listed.length === 0) return false;
  const hash = createHash("sha256").update(JSON.stringify(wanted)).digest("hex");
  const stored = await redis.get(keys.registered(route));
  const known = stored === null ? undefined : registeredSchema.parse(JSON.parse(stored));
  if (known?.hash === hash && sameVersions(known.versions, listed)) return false;
  const registered = (await rest.put(route, { body: wanted })) as APIApplicationCommand[];
  const record = { hash, versions: registered.map(({ version }) => version) };
  await redis.set(keys.registered(route), JSON.stringify(record));
  return true;
}

function sameVersions(known: readonly string[], listed: readonly APIApplicationCommand[]): boolean {
  const now = new Set(listed.map(({ version }) => version));
  return known.length === now.size && known.every((version) => now.has(version));
}
