import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { DiscordError, invalidForm, notFound, tooLarge, unauthorized } from "../errors.ts";
import type { Fault, Faults } from "../faults.ts";
import { describeIssues, type LoggedRequest, type RequestLog, type Violation } from "../request-log.ts";
import { schemaIssues } from "../schema.ts";
import type { World } from "../world.ts";
import { applicationRoutes } from "./applications.ts";
import { type Body, forSchema, readBody } from "./body.ts";
import { channelRoutes } from "./channels.ts";
import { commandRoutes } from "./commands.ts";
import { guildRoutes } from "./guilds.ts";
import { interactionRoutes } from "./interactions.ts";
import { messageRoutes } from "./messages.ts";
import { type RateLimitState, RateLimits } from "./rate-limits.ts";
import { Created, type Route } from "./route.ts";
import { userRoutes } from "./users.ts";
import { webhookRoutes } from "./webhooks.ts";

export interface RestOptions {
  world: World;
  token: string;
  faults: Faults;
  log: RequestLog;
  gatewayRoutes: Route[];
}

/** For routes without a figure of their own: by what Discord calls major parameters. */
const DEFAULT_LIMIT = {
  requests: 20,
  seconds: 1,
  per: ["channel_id", "guild_id", "webhook_id", "webhook_token", "interaction_id"],
};

/** Discord's REST API v10, as far as the routes go that are listed here. */
export function serveRest(app: FastifyInstance, options: RestOptions): void {
  const limits = new RateLimits(options.world.clock);
  const routes = [
    ...options.gatewayRoutes,
    ...applicationRoutes,
    ...userRoutes,
    ...guildRoutes,
    ...channelRoutes,
    ...messageRoutes,
    ...interactionRoutes,
    ...webhookRoutes,
    ...commandRoutes,
  ];
  for (const route of routes) {
    app.route({
      method: route.method,
      url: `/api/v10${route.path}`,
      handler: (request, reply) => answer(options, limits, route, request, reply),
    });
  }
  app.setErrorHandler<FastifyError>((error, _request, reply) => {
    const refusal = error.code === "FST_ERR_CTP_BODY_TOO_LARGE" ? tooLarge() : undefined;
    if (!refusal) process.emitWarning(error);
    return reply
      .code(refusal?.status ?? 500)
      .send(refusal?.toBody() ?? { message: "500: Internal Server Error", code: 0 });
  });
  app.all("/api/*", (request, reply) => answer(options, limits, undefined, request, reply));
}

async function answer(
  options: RestOptions,
  limits: RateLimits,
  route: Route | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const { world, faults, log } = options;
  const path = (request.url.split("?")[0] ?? "").replace(/^\/api(\/v\d+)?/, "");
  const entry: LoggedRequest = {
    method: request.method,
    path: path.replace(/[\w-]{80,}/, (token) => `${token.slice(0, 8)}…`),
    route: route?.path,
    body: undefined,
    files: [],
    at: world.clock.now(),
    status: 0,
  };
  const fault = faults.next(request.method, path);
  try {
    if (await strike(fault, reply)) return reply;
    checkHeaders(options, route, request);
    if (!route) throw notFound();
    const limited = checkLimits(limits, route, request, reply);
    if (limited) {
      entry.status = 429;
      return reply.code(429).send(limited);
    }
    const body = await readBody(request.body as Buffer | undefined, request.headers["content-type"]);
    entry.body = body.json;
    entry.files = body.uploads.map(({ filename, bytes }) => ({ filename, size: bytes.length }));
    checkSchema(route, body);
    const result = await route.handle({
      world,
      param: (name) => (request.params as Record<string, string>)[name] ?? "",
      query: request.query as Record<string, string | undefined>,
      body: body.json ?? {},
      uploads: body.uploads,
      headers: request.headers,
    });
    if (fault?.kind === "loseAnswer") {
      hangUp(reply);
      return reply;
    }
    entry.status = result instanceof Created ? 201 : result === undefined ? 204 : 200;
    return reply.code(entry.status).send(result instanceof Created ? result.body : result);
  } catch (error) {
    if (!(error instanceof DiscordError)) {
      entry.status = 500;
      throw error;
    }
    entry.status = error.status;
    entry.code = error.code;
    const violation = toViolation(entry, error, world.clock.now());
    if (violation) entry.violation = violation;
    return reply.code(error.status).send(error.toBody());
  } finally {
    if (entry.status === 0) entry.status = reply.statusCode;
    log.add(entry);
  }
}

function checkHeaders({ token }: RestOptions, route: Route | undefined, request: FastifyRequest): void {
  if (!request.url.startsWith("/api/v10/")) {
    throw new DiscordError(400, 50041, "Invalid API version");
  }
  // Discord asks for "DiscordBot ($url, $versionNumber)" and its edge turns others away.
  if (!/^DiscordBot \(.+, .+\)/.test(request.headers["user-agent"] ?? "")) {
    throw new DiscordError(403, 40333, "internal network error");
  }
  if (route?.noAuthorization) return;
  if (request.headers.authorization !== `Bot ${token}`) throw unauthorized();
}

function checkLimits(
  limits: RateLimits,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Record<string, unknown> | undefined {
  if (!route.outsideGlobalLimit) {
    const everything = limits.takeGlobal();
    if (everything.limited) return tooMany(reply, everything.resetAfter, true);
  }
  const limit = route.limit ?? DEFAULT_LIMIT;
  const params = request.params as Record<string, string>;
  const bucket = `${route.method} ${route.path}`;
  const state = limits.take([bucket, ...limit.per.map((name) => params[name])].join(" "), limit);
  tell(reply, bucket, state);
  return state.limited ? tooMany(reply, state.resetAfter, false) : undefined;
}

function tell(reply: FastifyReply, bucket: string, state: RateLimitState): void {
  reply.headers({
    "x-ratelimit-limit": String(state.limit),
    "x-ratelimit-remaining": String(state.remaining),
    "x-ratelimit-reset": (state.resetAt / 1000).toFixed(3),
    "x-ratelimit-reset-after": state.resetAfter.toFixed(3),
    "x-ratelimit-bucket": createHash("md5").update(bucket).digest("hex"),
  });
}

function tooMany(reply: FastifyReply, seconds: number, global: boolean): Record<string, unknown> {
  reply.headers({
    "retry-after": String(Math.ceil(seconds)),
    "x-ratelimit-scope": global ? "global" : "user",
    ...(global ? { "x-ratelimit-global": "true" } : {}),
  });
  return { message: "You are being rate limited.", retry_after: seconds, global };
}

function checkSchema(route: Route, body: Body): void {
  if (!route.schema) return;
  if (body.json === undefined) {
    throw invalidForm([{ path: [], code: "BASE_TYPE_REQUIRED", message: "This field is required" }]);
  }
  const schema = route.schema(body.json);
  if (!schema) {
    throw invalidForm([
      { path: ["type"], code: "BASE_TYPE_CHOICES", message: "Value is not one of the choices." },
    ]);
  }
  const issues = schemaIssues(schema, forSchema(body.json));
  if (issues.length > 0) throw invalidForm(issues);
}

/** Carries out a fault; true where that answered the request. */
async function strike(fault: Fault | undefined, reply: FastifyReply): Promise<boolean> {
  switch (fault?.kind) {
    case "status":
      reply.code(fault.status).send({ message: "upstream connect error", code: 0 });
      return true;
    case "rateLimit":
      reply.code(429).send(tooMany(reply, fault.seconds, fault.global));
      return true;
    case "refuseConnection":
      hangUp(reply);
      return true;
    case "delay":
      await sleep(fault.ms);
      return false;
    default:
      return false;
  }
}

function hangUp(reply: FastifyReply): void {
  reply.hijack();
  reply.raw.socket?.destroy();
}

/** A second acknowledgement is a race that a bot may lose; any other bad request is its own fault. */
const RACES: readonly number[] = [40060];

function toViolation(entry: LoggedRequest, error: DiscordError, at: number): Violation | undefined {
  const isUnknownRoute = entry.route === undefined;
  const isBadBody =
    (error.status === 400 || error.status === tooLarge().status) && !RACES.includes(error.code);
  if (!isUnknownRoute && !isBadBody) return undefined;
  return {
    method: entry.method,
    route: entry.route ?? entry.path,
    code: error.code,
    reason: isUnknownRoute ? "not a route of the local Discord" : error.message,
    fields: describeIssues(error.issues),
    at,
  };
}
