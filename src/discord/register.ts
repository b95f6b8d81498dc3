/**
 * Registering the commands. Discord limits how often that may be done, so it is done only when a definition has
 * changed: what Discord itself lists must be what was last registered with the same definitions.
 */
import { createHash } from "node:crypto";
import { DiscordAPIError, type REST, Routes } from "discord.js";
import type {
  APIApplicationCommand,
  RESTPostAPIApplicationCommandsJSONBody as Definition,
} from "discord-api-types/v10";
import type { Redis } from "ioredis";
import { z } from "zod";
import { keys } from "../store/keys.ts";

/** What was registered last: the definitions' hash, and what Discord made of it. */
const registeredSchema = z.object({ hash: z.string(), listed: z.array(z.string()) });

/**
 * @param guildId only this server gets the commands; every server does when absent. What was registered anywhere
 *   else before is removed, so that nobody sees a command twice.
 * @returns whether anything had to be registered
 */
export async function register(
  rest: REST,
  redis: Redis,
  applicationId: string,
  guildId: string | undefined,
  definitions: readonly Definition[],
): Promise<boolean> {
  const everywhere = Routes.applicationCommands(applicationId);
  const target = guildId ? Routes.applicationGuildCommands(applicationId, guildId) : everywhere;
  // Where a command is offered is a matter of global ones; Discord refuses it on a server's own.
  const local = definitions.map(({ contexts: _, integration_types: __, ...definition }) => definition);
  // Redis may have served another application before, a local Discord's for example.
  const known = (await redis.hkeys(keys.registered)).filter((route) =>
    route.startsWith(`/applications/${applicationId}/`),
  );
  const others = new Set([everywhere, ...(known as (typeof target)[])]);
  others.delete(target);
  let changed = await put(rest, redis, target, guildId ? local : definitions);
  for (const route of others) changed = (await remove(rest, redis, route)) || changed;
  return changed;
}

async function remove(rest: REST, redis: Redis, route: `/${string}`): Promise<boolean> {
  try {
    return await put(rest, redis, route, []);
  } catch (error) {
    if (!(error instanceof DiscordAPIError) || error.status >= 500) throw error;
    await redis.hdel(keys.registered, route); // a server that the bot has left: its commands went with it
    return false;
  }
}

async function put(
  rest: REST,
  redis: Redis,
  route: `/${string}`,
  wanted: readonly Definition[],
): Promise<boolean> {
  const hash = createHash("sha256").update(JSON.stringify(wanted)).digest("hex");
  const stored = await redis.hget(keys.registered, route);
  const known = stored === null ? undefined : registeredSchema.safeParse(JSON.parse(stored)).data;
  if (known?.hash === hash && isSame(known.listed, (await rest.get(route)) as APIApplicationCommand[]))
    return false;
  const registered = (await rest.put(route, { body: wanted })) as APIApplicationCommand[];
  const record = JSON.stringify({ hash, listed: registered.map(identity) });
  await redis.hset(keys.registered, route, record);
  return true;
}

/** Another version of a command, or the same one made anew, is another identity. */
const identity = ({ id, version }: APIApplicationCommand): string => `${id} ${version}`;

function isSame(known: readonly string[], listed: readonly APIApplicationCommand[]): boolean {
  return known.length === listed.length && listed.every((command) => known.includes(identity(command)));
}
