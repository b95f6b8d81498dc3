import { unknownMember } from "../errors.ts";
import { fullChannel, fullMember, restGuild } from "../payloads.ts";
import { isThread } from "../permissions.ts";
import type { Route } from "./route.ts";

export const guildRoutes: Route[] = [
  {
    method: "GET",
    path: "/guilds/:guild_id",
    handle: ({ world, param }) => restGuild(world.guild(param("guild_id"))),
  },
  {
    method: "GET",
    path: "/guilds/:guild_id/channels",
    handle: ({ world, param }) =>
      world
        .guild(param("guild_id"))
        .channelIds.flatMap((id) => world.channels.get(id) ?? [])
        .filter((channel) => !isThread(channel))
        .map((channel) => fullChannel(world, channel)),
  },
  {
    method: "GET",
    path: "/guilds/:guild_id/roles",
    handle: ({ world, param }) => world.guild(param("guild_id")).roles,
  },
  {
    method: "GET",
    path: "/guilds/:guild_id/members/:user_id",
    handle: ({ world, param }) => {
      const guild = world.guild(param("guild_id"));
      if (!guild.members.has(param("user_id"))) throw unknownMember();
      return fullMember(world, guild, param("user_id"));
    },
  },
];
