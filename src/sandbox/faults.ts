import { OverwriteType, PermissionFlagsBits as Permission } from "discord-api-types/v10";
import type { PermissionName } from "./permissions.ts";
import type { World } from "./world.ts";

/**
 * Which requests a fault hits: a part of "METHOD /path" with the path as sent, without "/api/v10", or an
 * expression that it matches.
 */
export type RouteMatch = string | RegExp;

export type Fault =
  | { kind: "status"; status: number }
  | { kind: "rateLimit"; seconds: number; global: boolean }
  /** The request never arrives. */
  | { kind: "refuseConnection" }
  /** The request is carried out and its answer is lost. */
  | { kind: "loseAnswer" }
  | { kind: "delay"; ms: number };

export interface GatewayFault {
  /** Close with this code; without it the connection just breaks. */
  code?: number;
  /** The session is forgotten too, so that resuming it fails. */
  invalidateSession?: boolean;
  /** Ask to reconnect (opcode 7) instead of closing. */
  askToReconnect?: boolean;
  shard?: number;
}

/** What can go wrong at Discord, on request. */
export class Faults {
  readonly #world: World;
  readonly #dropGateway: (how: GatewayFault) => void;
  #planned: { route: RouteMatch; fault: Fault; left: number }[] = [];

  constructor(world: World, dropGateway: (how: GatewayFault) => void) {
    this.#world = world;
    this.#dropGateway = dropGateway;
  }

  dropGateway(how: GatewayFault = {}): void {
    this.#dropGateway(how);
  }

  answer5xx(route: RouteMatch, times = 1, status = 503): void {
    this.#plan(route, { kind: "status", status }, times);
  }

  rateLimit(route: RouteMatch, seconds: number, times = 1, global = false): void {
    this.#plan(route, { kind: "rateLimit", seconds, global }, times);
  }

  refuseConnection(route: RouteMatch, times = 1): void {
    this.#plan(route, { kind: "refuseConnection" }, times);
  }

  loseAnswer(route: RouteMatch, times = 1): void {
    this.#plan(route, { kind: "loseAnswer" }, times);
  }

  delay(route: RouteMatch, ms: number, times = 1): void {
    this.#plan(route, { kind: "delay", ms }, times);
  }

  /** As if fifteen minutes had passed for this token alone. */
  expireToken(interactionId: string): void {
    const record = this.#world.interactions.get(interactionId);
    if (!record) throw new Error(`There is no interaction ${interactionId}.`);
    record.expired = true;
  }

  /** Takes a permission in a channel from the bot, by an overwrite as a moderator would. */
  denyPermission(channelId: string, permission: PermissionName): void {
    this.#overwrite(channelId, permission, true);
  }

  allowPermission(channelId: string, permission: PermissionName): void {
    this.#overwrite(channelId, permission, false);
  }

  deleteChannel(channelId: string): void {
    const channel = this.#world.channel(channelId);
    this.#world.channels.delete(channelId);
    for (const stored of this.#world.messagesIn(channelId)) this.#world.messages.delete(stored.message.id);
    this.#world.events.emit({ type: "channelDelete", channel });
  }

  closeDirectMessages(userId: string, closed = true): void {
    this.#world.person(userId).closedDms = closed;
  }

  clear(): void {
    this.#planned = [];
  }

  /** The fault that is due for a request, which uses it up. */
  next(method: string, path: string): Fault | undefined {
    const request = `${method} ${path}`;
    const entry = this.#planned.find(({ route }) =>
      typeof route === "string" ? request.includes(route) : route.test(request),
    );
    if (!entry) return undefined;
    entry.left -= 1;
    if (entry.left <= 0) this.#planned = this.#planned.filter((other) => other !== entry);
    return entry.fault;
  }

  #plan(route: RouteMatch, fault: Fault, left: number): void {
    this.#planned.push({ route, fault, left });
  }

  #overwrite(channelId: string, name: PermissionName, deny: boolean): void {
    const channel = this.#world.channel(channelId);
    const id = this.#world.applicationId;
    const bit = Permission[name];
    const before = channel.overwrites.find((entry) => entry.id === id);
    const denied = BigInt(before?.deny ?? 0);
    channel.overwrites = [
      ...channel.overwrites.filter((entry) => entry.id !== id),
      {
        id,
        type: OverwriteType.Member,
        allow: before?.allow ?? "0",
        deny: (deny ? denied | bit : denied & ~bit).toString(),
      },
    ];
    this.#world.events.emit({ type: "channelUpdate", channel });
  }
}
