import type { Server } from "node:http";
import {
  GatewayCloseCodes as Close,
  GatewayDispatchEvents as Event,
  type GatewayIdentifyData,
  type GatewayResumeData,
  GatewayIntentBits as Intent,
  GatewayOpcodes as Op,
} from "discord-api-types/v10";
import { type WebSocket, WebSocketServer } from "ws";
import type { GatewayFault } from "../faults.ts";
import { gatewayGuild } from "../payloads.ts";
import { shardOf } from "../snowflake.ts";
import type { World, WorldEvent } from "../world.ts";
import { Connection, type Payload, send } from "./connection.ts";
import { toGatewayEvent } from "./dispatch.ts";
import { GatewaySession } from "./session.ts";

export interface GatewayOptions {
  token: string;
  /** Privileged intents that are switched on for the application; none is by default. */
  privilegedIntents: number;
  heartbeatIntervalMs: number;
  maxConcurrency: number;
  shards: number;
}

const PRIVILEGED = Intent.GuildMembers | Intent.GuildPresences | Intent.MessageContent;
const KNOWN_INTENTS = Object.values(Intent).reduce<number>(
  (sum, bit) => (typeof bit === "number" ? sum | bit : sum),
  0,
);
const PATH = "/gateway";
const GOODBYES: readonly number[] = [1000, 1001];
/** How long a session without a connection may still be resumed. */
const RESUMABLE_MS = 5 * 60_000;
const SESSIONS_A_DAY = 1000;
/** Discord's gateway, version 10, JSON without compression. */
export class GatewayServer {
  readonly maxConcurrency: number;
  readonly shards: number;
  readonly #world: World;
  readonly #options: GatewayOptions;
  readonly #sockets: WebSocketServer;
  readonly #sessions = new Map<string, GatewaySession>();
  #started = 0;

  constructor(world: World, server: Server, options: GatewayOptions) {
    this.#world = world;
    this.#options = options;
    this.maxConcurrency = options.maxConcurrency;
    this.shards = options.shards;
    this.#sockets = new WebSocketServer({ noServer: true, maxPayload: 4096 * 4 });
    server.on("upgrade", (request, socket, head) => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "ws://localhost");
      if (pathname.replace(/\/$/, "") !== PATH) return socket.destroy();
      this.#sockets.handleUpgrade(request, socket, head, (client) => this.#connected(client, searchParams));
    });
    world.events.on((event) => this.#tell(event));
  }

  url(): string {
    return this.#world.origin.replace(/^http/, "ws") + PATH;
  }

  sessionsLeft(): number {
    return Math.max(0, SESSIONS_A_DAY - this.#started);
  }

  get isOnline(): boolean {
    return [...this.#sessions.values()].some((session) => session.isConnected);
  }

  drop(how: GatewayFault): void {
    for (const session of this.#sessions.values()) {
      if (how.shard !== undefined && session.shard[0] !== how.shard) continue;
      const { socket } = session;
      if (how.invalidateSession) this.#sessions.delete(session.id);
      if (!socket) continue;
      if (how.askToReconnect) send(socket, { op: Op.Reconnect, d: null });
      else if (how.code === undefined) socket.terminate();
      else socket.close(how.code);
    }
  }

  async close(): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    await new Promise<void>((resolve) => this.#sockets.close(() => resolve()));
  }

  #connected(socket: WebSocket, query: URLSearchParams): void {
    if (query.get("v") !== "10") {
      socket.close(Close.InvalidAPIVersion);
      return;
    }
    // ETF and compression are choices of a client's; this server has neither.
    if (query.get("encoding") !== "json" || query.has("compress")) {
      socket.close(Close.DecodeError);
      return;
    }
    const connection = new Connection(socket, this.#options.heartbeatIntervalMs, (payload) =>
      this.#received(connection, payload),
    );
    socket.on("close", (code) => {
      connection.session?.detach(socket);
      // A client that says goodbye (1000, 1001) ends its session; after any other close it may resume.
      if (connection.session && GOODBYES.includes(code)) this.#sessions.delete(connection.session.id);
      this.#world.events.emit({ type: "gateway", online: this.isOnline });
    });
  }

  #received(connection: Connection, payload: Payload): void {
    const { socket } = connection;
    switch (payload.op) {
      case Op.Heartbeat:
        send(socket, { op: Op.HeartbeatAck });
        return;
      case Op.Identify:
        if (connection.session) socket.close(Close.AlreadyAuthenticated);
        else this.#identify(connection, payload.d as GatewayIdentifyData);
        return;
      case Op.Resume:
        this.#resume(connection, payload.d as GatewayResumeData);
        return;
      case Op.PresenceUpdate:
      case Op.VoiceStateUpdate:
      case Op.RequestGuildMembers:
        // Legal, and of no consequence here.
        if (!connection.session) socket.close(Close.NotAuthenticated);
        return;
      default:
        socket.close(Close.UnknownOpcode);
    }
  }

  #identify(connection: Connection, identify: GatewayIdentifyData): void {
    const { socket } = connection;
    const refusal = this.#refusal(identify);
    if (refusal !== undefined) {
      socket.close(refusal);
      return;
    }
    const session = new GatewaySession(identify.intents, identify.shard ?? [0, 1]);
    this.#started += 1;
    this.#sessions.set(session.id, session);
    session.attach(socket);
    connection.session = session;
    const world = this.#world;
    const [shardId, shardCount] = session.shard;
    const guilds = [...world.guilds.values()].filter((guild) => shardOf(guild.id, shardCount) === shardId);
    session.dispatch(Event.Ready, {
      v: 10,
      user: { ...world.bot, verified: true, mfa_enabled: true, email: null, flags: 0 },
      guilds: guilds.map((guild) => ({ id: guild.id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: this.url(),
      ...(identify.shard ? { shard: identify.shard } : {}),
      application: { id: world.applicationId, flags: 0 },
    });
    if (identify.intents & Intent.Guilds) {
      for (const guild of guilds) session.dispatch(Event.GuildCreate, gatewayGuild(world, guild));
    }
    world.events.emit({ type: "gateway", online: true });
  }

  #refusal(identify: GatewayIdentifyData): Close | undefined {
    if (identify.token !== this.#options.token) return Close.AuthenticationFailed;
    if (typeof identify.intents !== "number" || (identify.intents & ~KNOWN_INTENTS) !== 0) {
      return Close.InvalidIntents;
    }
    if ((identify.intents & PRIVILEGED & ~this.#options.privilegedIntents) !== 0)
      return Close.DisallowedIntents;
    if (identify.shard) {
      const [id, count] = identify.shard;
      if (!Number.isInteger(id) || !Number.isInteger(count) || id < 0 || id >= count)
        return Close.InvalidShard;
    }
    return undefined;
  }

  #resume(connection: Connection, resume: GatewayResumeData): void {
    const { socket } = connection;
    if (resume.token !== this.#options.token) {
      socket.close(Close.AuthenticationFailed);
      return;
    }
    const session = this.#sessions.get(resume.session_id);
    if (!session) {
      send(socket, { op: Op.InvalidSession, d: false });
      return;
    }
    connection.session = session;
    if (!session.resume(socket, resume.seq)) {
      socket.close(Close.InvalidSeq);
      return;
    }
    this.#world.events.emit({ type: "gateway", online: true });
  }

  /** Every session of the shard hears it: two bots with one token both do. */
  #tell(event: WorldEvent): void {
    const message = toGatewayEvent(this.#world, event);
    if (!message) return;
    for (const session of this.#sessions.values()) {
      if (session.goneForMs > RESUMABLE_MS) this.#sessions.delete(session.id);
      const [shardId, shardCount] = session.shard;
      const wants = message.intent === 0 || (session.intents & message.intent) !== 0;
      if (wants && shardOf(message.guildId, shardCount) === shardId)
        session.dispatch(message.name, message.data);
    }
  }
}
