import { randomBytes } from "node:crypto";
import {
  type APIInteraction,
  ApplicationIntegrationType,
  InteractionContextType,
  type InteractionType,
  PermissionFlagsBits as Permission,
} from "discord-api-types/v10";
import { invalidWebhookToken, unknownInteraction, unknownWebhook } from "./errors.ts";
import type { InteractionRecord } from "./interaction-record.ts";
import { partialChannel, partialGuild, partialMember } from "./payloads.ts";
import { permissionsIn } from "./permissions.ts";
import type { SandboxMessage } from "./stored-message.ts";
import type { World } from "./world.ts";

/** How long a client waits for the first answer, and how long a token may be used after it. */
export const ACKNOWLEDGE_WITHIN_MS = 3_000;
export const TOKEN_LIFE_MS = 15 * 60_000;

/** In direct messages the documentation names these, and not, for example, the one to send messages. */
const DIRECT_MESSAGE_APP_PERMISSIONS =
  Permission.AttachFiles | Permission.EmbedLinks | Permission.MentionEveryone | Permission.UseExternalEmojis;

export interface NewInteraction {
  type: InteractionType;
  userId: string;
  channelId: string;
  data: unknown;
  message?: SandboxMessage;
}

/** Sends an interaction to the bot, with everything that Discord documents in its payload. */
export function createInteraction(world: World, request: NewInteraction): InteractionRecord {
  const { type, userId, channelId } = request;
  const channel = world.channel(channelId);
  const person = world.person(userId);
  const guild = channel.guildId === undefined ? undefined : world.guild(channel.guildId);
  const permissions = permissionsIn(world, channel, userId);
  const id = world.nextId();
  // As Discord's do, a token names its interaction; the rest of it can't be guessed.
  const token = Buffer.from(`interaction:${id}:${randomBytes(48).toString("hex")}`).toString("base64url");
  const payload = {
    id,
    application_id: world.applicationId,
    type,
    data: request.data,
    token,
    version: 1,
    channel_id: channelId,
    channel: partialChannel(channel, permissions),
    ...(guild
      ? {
          guild_id: guild.id,
          guild: partialGuild(guild),
          guild_locale: "en-US",
          member: {
            ...partialMember(world, guild, userId),
            user: person.user,
            permissions: permissions.toString(),
          },
        }
      : { user: person.user }),
    ...(request.message ? { message: request.message } : {}),
    app_permissions: (guild
      ? permissionsIn(world, channel, world.applicationId)
      : DIRECT_MESSAGE_APP_PERMISSIONS
    ).toString(),
    locale: person.locale,
    entitlements: [],
    authorizing_integration_owners: {
      [ApplicationIntegrationType.GuildInstall]: guild?.id ?? "0",
    },
    context: guild ? InteractionContextType.Guild : InteractionContextType.BotDM,
    attachment_size_limit: world.attachmentSizeLimit,
  };
  const record: InteractionRecord = {
    id,
    token,
    type,
    userId,
    channelId,
    ...(guild ? { guildId: guild.id } : {}),
    // Discord's union of interactions is told apart by `data`, which the callers fill in by its type.
    payload: payload as unknown as APIInteraction,
    createdAt: world.clock.now(),
    state: "waiting",
    ...(request.message ? { sourceMessageId: request.message.id } : {}),
    expired: false,
  };
  world.keepInteraction(record);
  world.clock.after(ACKNOWLEDGE_WITHIN_MS, () => {
    if (record.state !== "waiting") return;
    record.state = "failed";
    world.events.emit({ type: "interactionUpdate", interaction: record });
  });
  world.clock.after(TOKEN_LIFE_MS, () => {
    record.expired = true;
  });
  world.events.emit({ type: "interactionCreate", interaction: record });
  return record;
}

/** For the callback: an interaction that is there and whose client still waits. */
export function waitingInteraction(world: World, id: string, token: string): InteractionRecord {
  const record = world.interactions.get(id);
  if (!record || record.token !== token || record.state === "failed" || record.expired) {
    throw unknownInteraction();
  }
  return record;
}

/** For the webhook that an acknowledged interaction opens for the life of its token. */
export function acknowledgedInteraction(
  world: World,
  applicationId: string,
  token: string,
): InteractionRecord {
  const id = Buffer.from(token, "base64url").toString().split(":")[1] ?? "";
  const record = world.interactions.get(id);
  if (
    !record ||
    record.token !== token ||
    applicationId !== world.applicationId ||
    record.state !== "acknowledged"
  )
    throw unknownWebhook();
  if (record.expired) throw invalidWebhookToken();
  return record;
}
