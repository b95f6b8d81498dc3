import { GatewayCloseCodes as Close, GatewayOpcodes as Op } from "discord-api-types/v10";
import type { RawData, WebSocket } from "ws";
import type { GatewaySession } from "./session.ts";

/** 120 events a minute, as documented. */
const MAX_SENT = 120;

export interface Payload {
  op: number;
  d?: unknown;
}

/** One WebSocket: its heartbeat, and how much it sends. */
export class Connection {
  readonly socket: WebSocket;
  session: GatewaySession | undefined;
  #lastHeartbeat = Date.now();
  #sent: number[] = [];

  constructor(socket: WebSocket, heartbeatIntervalMs: number, received: (payload: Payload) => void) {
    this.socket = socket;
    // A client that stays silent for two beats is gone without saying so. This is the wire's time, not Discord's.
    const watch = setInterval(() => {
      if (Date.now() - this.#lastHeartbeat > heartbeatIntervalMs * 2) socket.close(Close.SessionTimedOut);
    }, heartbeatIntervalMs);
    watch.unref();
    socket.on("close", () => clearInterval(watch));
    socket.on("error", () => socket.terminate());
    socket.on("message", (data) => {
      const payload = parse(data);
      if (!payload) {
        socket.close(Close.DecodeError);
        return;
      }
      if (payload.op === Op.Heartbeat) this.#lastHeartbeat = Date.now();
      if (this.#isFlooding()) {
        socket.close(Close.RateLimited);
        return;
      }
      received(payload);
    });
    send(socket, { op: Op.Hello, d: { heartbeat_interval: heartbeatIntervalMs } });
  }

  #isFlooding(): boolean {
    const now = Date.now();
    this.#sent = [...this.#sent.filter((at) => at > now - 60_000), now];
    return this.#sent.length > MAX_SENT;
  }
}

function parse(data: RawData): Payload | undefined {
  try {
    const payload: unknown = JSON.parse(String(data));
    return typeof payload === "object" && payload !== null && "op" in payload
      ? (payload as Payload)
      : undefined;
  } catch {
    return undefined;
  }
}

export function send(socket: WebSocket, payload: unknown): void {
  socket.send(JSON.stringify(payload));
}
