import { randomBytes } from "node:crypto";
import { GatewayDispatchEvents, GatewayOpcodes } from "discord-api-types/v10";
import { WebSocket } from "ws";

const KEPT_EVENTS = 1_000;

interface Dispatch {
  op: GatewayOpcodes.Dispatch;
  t: string;
  s: number;
  d: unknown;
}

/** What a bot identified once; it outlives its connections, and catches up what they missed. */
export class GatewaySession {
  readonly id = randomBytes(16).toString("hex");
  readonly intents: number;
  readonly shard: readonly [id: number, count: number];
  #sequence = 0;
  #kept: Dispatch[] = [];
  #socket: WebSocket | undefined;
  #goneSince: number | undefined;

  constructor(intents: number, shard: readonly [number, number]) {
    this.intents = intents;
    this.shard = shard;
  }

  get isConnected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  get goneForMs(): number {
    return this.#goneSince === undefined ? 0 : Date.now() - this.#goneSince;
  }

  get socket(): WebSocket | undefined {
    return this.#socket;
  }

  attach(socket: WebSocket): void {
    this.#socket = socket;
    this.#goneSince = undefined;
  }

  detach(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.#goneSince = Date.now();
  }

  dispatch(event: string, data: unknown): void {
    this.#sequence += 1;
    const dispatch: Dispatch = { op: GatewayOpcodes.Dispatch, t: event, s: this.#sequence, d: data };
    this.#kept.push(dispatch);
    if (this.#kept.length > KEPT_EVENTS) this.#kept.shift();
    this.#send(dispatch);
  }

  /** False where the sequence is none of this session's, or too old to be caught up. */
  resume(socket: WebSocket, sequence: number): boolean {
    const oldest = this.#kept[0]?.s ?? 1;
    if (sequence > this.#sequence || sequence < oldest - 1) return false;
    const missed = this.#kept.filter((dispatch) => dispatch.s > sequence);
    this.attach(socket);
    for (const dispatch of missed) this.#send(dispatch);
    this.dispatch(GatewayDispatchEvents.Resumed, {});
    return true;
  }

  #send(payload: unknown): void {
    if (this.isConnected) this.#socket?.send(JSON.stringify(payload));
  }
}
