import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import type { APIAttachment } from "discord-api-types/v10";
import Fastify, { type FastifyInstance } from "fastify";
import { serveAttachments } from "./attachment-routes.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { Judgement } from "./exchange.ts";
import { Faults } from "./faults.ts";
import { GatewayServer } from "./gateway/server.ts";
import { markedAsRefusal, nothingToCancel } from "./judgement.ts";
import { SandboxMember } from "./member.ts";
import { servePageFiles } from "./page-server/files.ts";
import { servePageRoutes } from "./page-server/routes.ts";
import type { Ping } from "./pings.ts";
import { type LoggedRequest, RequestLog, type Violation } from "./request-log.ts";
import { gatewayRoutes } from "./rest/gateway-info.ts";
import { serveRest } from "./rest/server.ts";
import {
  addGuild,
  addMember,
  addPerson,
  type ChannelKey,
  moderatorRoleOf,
  type SeededGuild,
} from "./seed.ts";
import type { SandboxMessage } from "./stored-message.ts";
import { World } from "./world.ts";

export interface SandboxOptions {
  /** 0, the default, takes any that is free. */
  port?: number;
  host?: "127.0.0.1";
  /** The bot's token; one is made up by default. */
  token?: string;
  botName?: string;
  isFinal?: (message: SandboxMessage) => boolean;
  isRefusal?: (message: SandboxMessage) => boolean;
  attachmentSizeLimit?: number;
  clock?: Clock;
  /** How many servers there are; members are in all of them. */
  guilds?: number;
  /** How many shards GET /gateway/bot recommends. */
  shards?: number;
  maxConcurrency?: number;
  heartbeatIntervalMs?: number;
  /** Privileged intents that are switched on. */
  privilegedIntents?: number;
  /** Commands that the page offers to a first visitor. */
  hints?: readonly string[];
}

const TEN_MEBIBYTES = 10 * 1024 * 1024;
/** Ten files of the largest size and their form, and room to see that one is too large. */
const BODY_LIMIT = 15 * TEN_MEBIBYTES;

export type MemberName = "member" | "moderator" | (string & {});

/** A running local Discord. */
export class Sandbox {
  readonly url: string;
  readonly apiUrl: string;
  readonly token: string;
  readonly guilds: readonly SeededGuild[];
  readonly faults: Faults;
  readonly world: World;
  readonly #app: FastifyInstance;
  readonly #gateway: GatewayServer;
  readonly #log: RequestLog;
  readonly #judgement: Judgement;
  readonly #memberIds: Map<string, string>;

  private constructor(parts: {
    world: World;
    token: string;
    guilds: readonly SeededGuild[];
    faults: Faults;
    app: FastifyInstance;
    gateway: GatewayServer;
    log: RequestLog;
    judgement: Judgement;
    memberIds: Map<string, string>;
  }) {
    this.world = parts.world;
    this.url = parts.world.origin;
    this.apiUrl = `${this.url}/api`;
    this.token = parts.token;
    this.guilds = parts.guilds;
    this.faults = parts.faults;
    this.#app = parts.app;
    this.#gateway = parts.gateway;
    this.#log = parts.log;
    this.#judgement = parts.judgement;
    this.#memberIds = parts.memberIds;
  }

  static async start(options: SandboxOptions = {}): Promise<Sandbox> {
    const world = new World(options.clock ?? systemClock, options.attachmentSizeLimit ?? TEN_MEBIBYTES);
    const token = options.token ?? newToken(world.applicationId);
    const { guilds, memberIds } = populate(world, options);
    const log = new RequestLog();
    const app = Fastify({
      bodyLimit: BODY_LIMIT,
      forceCloseConnections: true,
      routerOptions: { maxParamLength: 1000 },
    });
    // Bodies are read by the routes, which know what they may be.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    const gateway = new GatewayServer(world, app.server, {
      token,
      privilegedIntents: options.privilegedIntents ?? 0,
      heartbeatIntervalMs: options.heartbeatIntervalMs ?? 41_250,
      maxConcurrency: options.maxConcurrency ?? 1,
      shards: options.shards ?? 1,
    });
    const faults = new Faults(world, (how) => gateway.drop(how));
    serveAttachments(app, world);
    serveRest(app, { world, token, faults, log, gatewayRoutes: gatewayRoutes(gateway) });
    servePageRoutes(app, {
      world,
      hints: options.hints ?? [],
      identities: () => memberIds.values(),
      isBotOnline: () => gateway.isOnline,
    });
    await servePageFiles(app);
    await app.listen({ port: options.port ?? 0, host: options.host ?? "127.0.0.1" });
    world.origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    const judgement = {
      isFinal: options.isFinal ?? nothingToCancel,
      isRefusal: options.isRefusal ?? markedAsRefusal,
    };
    return new Sandbox({ world, token, guilds, faults, app, gateway, log, judgement, memberIds });
  }

  get applicationId(): string {
    return this.world.applicationId;
  }

  get guildId(): string {
    return this.#firstGuild.id;
  }

  /** The default channel, #images. */
  get channelId(): string {
    return this.#firstGuild.channels.images;
  }

  get channels(): Readonly<Record<ChannelKey, string>> {
    return this.#firstGuild.channels;
  }

  get isBotOnline(): boolean {
    return this.#gateway.isOnline;
  }

  get pings(): readonly Ping[] {
    return this.world.pings;
  }

  get requests(): readonly LoggedRequest[] {
    return this.#log.requests;
  }

  get violations(): readonly Violation[] {
    return this.#log.violations;
  }

  /** "member" and "moderator" are there; any other name joins when first asked for. */
  member(name: MemberName, guildId: string = this.guildId): SandboxMember {
    let id = this.#memberIds.get(name);
    if (id === undefined) {
      id = join(this.world, name);
      this.#memberIds.set(name, id);
    }
    const guild = this.guilds.find((candidate) => candidate.id === guildId) ?? this.#firstGuild;
    return new SandboxMember(this.world, id, name, guild.channels.images, this.#judgement);
  }

  /** What everybody in a channel sees. */
  messages(channelId: string = this.channelId): SandboxMessage[] {
    return this.world
      .messagesIn(channelId)
      .filter((stored) => stored.visibleTo === undefined)
      .map((stored) => structuredClone(stored.message));
  }

  attachmentBytes(attachment: Pick<APIAttachment, "id">): Buffer {
    const bytes = this.world.files.get(attachment.id);
    if (!bytes) throw new Error(`The attachment ${attachment.id} is not there any more.`);
    return bytes;
  }

  async close(): Promise<void> {
    await this.#gateway.close();
    await this.#app.close();
  }

  get #firstGuild(): SeededGuild {
    const [guild] = this.guilds;
    if (!guild) throw new Error("A sandbox has at least one server.");
    return guild;
  }
}

/** As Discord's: the application's id, then two parts that nobody can guess. */
function newToken(applicationId: string): string {
  const id = Buffer.from(applicationId).toString("base64url");
  return `${id}.${randomBytes(5).toString("base64url").slice(0, 6)}.${randomBytes(28).toString("base64url")}`;
}

function populate(
  world: World,
  options: SandboxOptions,
): { guilds: SeededGuild[]; memberIds: Map<string, string> } {
  const botName = options.botName ?? "quantspot";
  addPerson(world, botName, { id: world.applicationId, bot: true });
  const owner = addPerson(world, "owner");
  const guilds = Array.from({ length: Math.max(1, options.guilds ?? 1) }, (_, index) =>
    addGuild(world, index, owner.id, botName),
  );
  const memberIds = new Map([["owner", owner.id]]);
  for (const name of ["member", "moderator"]) memberIds.set(name, join(world, name));
  return { guilds, memberIds };
}

function join(world: World, name: string): string {
  const { id } = addPerson(world, name);
  for (const guild of world.guilds.values()) {
    addMember(world, guild, id, name.startsWith("moderator") ? [moderatorRoleOf(guild)] : []);
  }
  return id;
}
