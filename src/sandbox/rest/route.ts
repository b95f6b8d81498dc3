import type { IncomingHttpHeaders } from "node:http";
import type { Upload } from "../attachments.ts";
import type { Schema } from "../schema.ts";
import type { World } from "../world.ts";

/** One request to one of Discord's resources, read and checked. */
export interface Call {
  world: World;
  /** A parameter of the path. */
  param(name: string): string;
  query: Record<string, string | undefined>;
  body: unknown;
  uploads: readonly Upload[];
  headers: IncomingHttpHeaders;
}

export type Limit = { requests: number; seconds: number };

/** One documented route of Discord's REST API. */
export interface Route {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With Fastify's names of parameters. */
  path: string;
  /** The token in the path is all that some routes ask for. */
  noAuthorization?: boolean;
  /** The parameters that have buckets of their own: Discord's "major" ones. */
  limit?: Limit & { per: readonly string[] };
  /** Interactions don't count to the bot's 50 requests a second. */
  outsideGlobalLimit?: boolean;
  /** Chosen by the body where a route takes several kinds. */
  schema?: (body: unknown) => Schema | undefined;
  /** Undefined is answered as 204. */
  handle(call: Call): Promise<unknown> | unknown;
}

export interface Answer {
  status: number;
  body: unknown;
}

/** For the few answers that are a success other than 200 or 204. */
export class Created implements Answer {
  readonly status = 201;
  readonly body: unknown;
  constructor(body: unknown) {
    this.body = body;
  }
}
