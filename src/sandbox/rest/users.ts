import { CreatePrivateChannelRequestSchema } from "discord-api-spec/zod";
import { ChannelType } from "discord-api-types/v10";
import { invalidForm, notFound, unknownUser } from "../errors.ts";
import { fullChannel } from "../payloads.ts";
import { guildPermissions } from "../permissions.ts";
import { addChannel } from "../seed.ts";
import type { Channel, World } from "../world.ts";
import type { Route } from "./route.ts";

export const userRoutes: Route[] = [
  { method: "GET", path: "/users/@me", handle: ({ world }) => ({ ...world.bot, flags: 0, verified: true }) },
  {
    method: "GET",
    path: "/users/@me/guilds",
    handle: ({ world }) =>
      [...world.guilds.values()].map((guild) => ({
        id: guild.id,
        name: guild.name,
        icon: null,
        owner: false,
        permissions: guildPermissions(guild, world.applicationId).toString(),
        features: [],
      })),
  },
  {
    method: "GET",
    path: "/users/:user_id",
    handle: ({ world, param }) => world.person(param("user_id")).user,
  },
  {
    method: "POST",
    path: "/users/@me/channels",
    schema: () => CreatePrivateChannelRequestSchema,
    handle: ({ world, body }) => {
      const { recipient_id: recipientId } = body as { recipient_id?: string | null };
      // Without it the request is one for a group, which takes people's own tokens.
      if (!recipientId) {
        throw invalidForm([
          { path: ["recipient_id"], code: "BASE_TYPE_REQUIRED", message: "This field is required" },
        ]);
      }
      return fullChannel(world, directMessages(world, recipientId));
    },
  },
];

/** The one channel between the bot and somebody; made when first asked for. */
export function directMessages(world: World, userId: string): Channel {
  if (!world.people.has(userId)) throw unknownUser();
  if (userId === world.applicationId) throw notFound();
  const existing = [...world.channels.values()].find((channel) => channel.recipientId === userId);
  if (existing) return existing;
  const channel = addChannel(world, {
    id: world.nextId(),
    type: ChannelType.DM,
    name: "",
    topic: null,
    nsfw: false,
    position: 0,
    overwrites: [],
    recipientId: userId,
    lastMessageId: null,
  });
  world.events.emit({ type: "channelCreate", channel });
  return channel;
}
