import type {
  APIApplicationCommand,
  APIOverwrite,
  APIRole,
  APIUser,
  ChannelType,
} from "discord-api-types/v10";
import type { Clock } from "./clock.ts";
import { unknownChannel, unknownGuild, unknownUser } from "./errors.ts";
import { Events } from "./events.ts";
import type { InteractionRecord } from "./interaction-record.ts";
import type { Ping } from "./pings.ts";
import { snowflakes } from "./snowflake.ts";
import type { StoredMessage } from "./stored-message.ts";

/** The scope of the commands that are there in every server. */
export const GLOBAL = "global";

export interface Person {
  user: APIUser;
  locale: string;
  /** A person may refuse direct messages from members of a server. */
  closedDms: boolean;
}

export interface Member {
  userId: string;
  nick: string | null;
  roles: string[];
  joinedAt: string;
}

export interface Guild {
  id: string;
  name: string;
  ownerId: string;
  roles: APIRole[];
  members: Map<string, Member>;
  channelIds: string[];
}

export interface Channel {
  id: string;
  type: ChannelType;
  guildId?: string;
  name: string;
  topic: string | null;
  nsfw: boolean;
  position: number;
  overwrites: APIOverwrite[];
  /** A thread's channel, or a channel's category. */
  parentId?: string;
  /** Who opened a thread. */
  ownerId?: string;
  /** Whom a direct message is with. */
  recipientId?: string;
  lastMessageId: string | null;
}

export type WorldEvent =
  | { type: "messageCreate" | "messageUpdate"; message: StoredMessage }
  | { type: "messageDelete"; message: StoredMessage }
  | { type: "channelCreate" | "channelUpdate" | "channelDelete" | "threadCreate"; channel: Channel }
  | { type: "interactionCreate" | "interactionUpdate"; interaction: InteractionRecord }
  | { type: "typing"; channelId: string }
  | { type: "ping"; ping: Ping }
  | { type: "commandsUpdate" }
  | { type: "gateway"; online: boolean };

const KEPT_MESSAGES = 5_000;
const KEPT_INTERACTIONS = 2_000;

/** Everything that Discord would keep. It knows nothing of how it is asked: neither REST, gateway nor page. */
export class World {
  readonly clock: Clock;
  readonly nextId: () => string;
  readonly events = new Events<WorldEvent>();
  readonly people = new Map<string, Person>();
  readonly guilds = new Map<string, Guild>();
  readonly channels = new Map<string, Channel>();
  readonly messages = new Map<string, StoredMessage>();
  readonly interactions = new Map<string, InteractionRecord>();
  readonly files = new Map<string, Buffer>();
  readonly pings: Ping[] = [];
  /** By scope: a server's id, or "global". */
  readonly commands = new Map<string, APIApplicationCommand[]>();
  readonly applicationId: string;
  readonly attachmentSizeLimit: number;
  /** Where attachments are fetched; known once the server listens. */
  origin = "";
  revision = 0;

  constructor(clock: Clock, attachmentSizeLimit: number) {
    this.clock = clock;
    this.nextId = snowflakes(clock);
    this.applicationId = this.nextId();
    this.attachmentSizeLimit = attachmentSizeLimit;
  }

  /** An application's bot has the application's own id. */
  get bot(): APIUser {
    return this.person(this.applicationId).user;
  }

  person(id: string): Person {
    const person = this.people.get(id);
    if (!person) throw unknownUser();
    return person;
  }

  guild(id: string): Guild {
    const guild = this.guilds.get(id);
    if (!guild) throw unknownGuild();
    return guild;
  }

  channel(id: string): Channel {
    const channel = this.channels.get(id);
    if (!channel) throw unknownChannel();
    return channel;
  }

  messagesIn(channelId: string): StoredMessage[] {
    return [...this.messages.values()].filter((stored) => stored.message.channel_id === channelId);
  }

  commandsOf(scope: string): APIApplicationCommand[] {
    return this.commands.get(scope) ?? [];
  }

  /** Keeps a new message, and lets go of the oldest where there are many: a load test posts for hours. */
  keep(message: StoredMessage): void {
    this.messages.set(message.message.id, message);
    for (const [id, { message: old }] of this.messages) {
      if (this.messages.size <= KEPT_MESSAGES) return;
      this.messages.delete(id);
      for (const attachment of old.attachments) this.files.delete(attachment.id);
    }
  }

  /** The same for interactions, of which a token is good for fifteen minutes only. */
  keepInteraction(record: InteractionRecord): void {
    this.interactions.set(record.id, record);
    for (const [id, old] of this.interactions) {
      if (this.interactions.size <= KEPT_INTERACTIONS || !old.expired) return;
      this.interactions.delete(id);
    }
  }

  /** Says that a message is new or has changed. */
  announce(type: "messageCreate" | "messageUpdate", message: StoredMessage): void {
    this.revision += 1;
    message.revision = this.revision;
    this.events.emit({ type, message });
  }

  timestamp(): string {
    return new Date(this.clock.now()).toISOString().replace("Z", "+00:00");
  }
}
