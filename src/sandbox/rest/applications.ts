import type { World } from "../world.ts";
import type { Route } from "./route.ts";

export const applicationRoutes: Route[] = [
  { method: "GET", path: "/applications/@me", handle: ({ world }) => application(world) },
  { method: "GET", path: "/oauth2/applications/@me", handle: ({ world }) => application(world) },
];

function application(world: World): Record<string, unknown> {
  const [guild] = world.guilds.values();
  const owner = guild === undefined ? null : world.person(guild.ownerId).user;
  return {
    id: world.applicationId,
    name: world.bot.username,
    icon: null,
    description: "",
    bot_public: true,
    bot_require_code_grant: false,
    bot: world.bot,
    owner,
    team: null,
    flags: 0,
    verify_key: "0".repeat(64),
    interactions_endpoint_url: null,
    approximate_guild_count: world.guilds.size,
    integration_types_config: { 0: {} },
  };
}
