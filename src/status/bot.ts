/** What the bot counts: interactions, deliveries, and what Discord answers. */
import type { Client } from "discord.js";
import { Events, Status } from "discord.js";
import { Counter, Gauge, Histogram } from "prom-client";
import { registry, SECONDS } from "./registry.ts";

const registers = [registry];

const interactions = new Counter({
  name: "quantspot_interactions_total",
  help: "Interactions by kind and by how they ended: ok, refused (the member was told why) or failed.",
  labelNames: ["kind", "outcome"] as const,
  registers,
});
const deliveries = new Counter({
  name: "quantspot_deliveries_total",
  help: "Answers of requests by the way they took: answer (over the acknowledgement), message (by its id), channel, direct, kept for /me, given-up; and tries that failed, as retried.",
  labelNames: ["outcome"] as const,
  registers,
});
const deliverySeconds = new Histogram({
  name: "quantspot_delivery_seconds",
  help: "What an answer took, by phase: compose, deliver.",
  labelNames: ["phase"] as const,
  buckets: SECONDS,
  registers,
});
const responses = new Counter({
  name: "quantspot_discord_responses_total",
  help: "What Discord answered to REST requests, by status.",
  labelNames: ["method", "status"] as const,
  registers,
});
const rateLimits = new Counter({
  name: "quantspot_discord_rate_limited_total",
  help: "Requests that had to wait for one of Discord's limits.",
  labelNames: ["scope"] as const,
  registers,
});
const gatewayDrops = new Counter({
  name: "quantspot_discord_gateway_drops_total",
  help: "Connections to Discord's gateway that were lost.",
  registers,
});
const gatewayReady = new Gauge({
  name: "quantspot_discord_gateway_ready",
  help: "1 while Discord's gateway tells this process what happens.",
  registers,
});
const guilds = new Gauge({
  name: "quantspot_discord_guilds",
  help: "Servers that this process serves.",
  registers,
});

export type InteractionKind = "command" | "component" | "form" | "autocomplete";

export function countInteraction(kind: InteractionKind, outcome: "ok" | "refused" | "failed"): void {
  interactions.inc({ kind, outcome });
}

const DELIVERY_OUTCOMES = [
  ...(["answer", "message", "channel", "direct", "kept"] as const),
  ...(["given-up", "retried"] as const),
];
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];
// Prometheus sees no increase in what begins at 1.
for (const outcome of DELIVERY_OUTCOMES) deliveries.inc({ outcome }, 0);

export function countDelivery(outcome: DeliveryOutcome): void {
  deliveries.inc({ outcome });
}

export function measureDelivery(seconds: { compose: number; deliver: number }): void {
  for (const [phase, value] of Object.entries(seconds)) deliverySeconds.observe({ phase }, value);
}

/** Counts what the client hears from Discord, from now on. */
export function countDiscord(client: Client): void {
  client.rest.on("response", ({ method }, { status }) =>
    responses.inc({ method: method.toUpperCase(), status: String(status) }),
  );
  client.rest.on("rateLimited", ({ scope }) => rateLimits.inc({ scope }));
  for (const event of [Events.ShardReconnecting, Events.ShardDisconnect] as const)
    client.on(event, () => gatewayDrops.inc());
}

export const hearsGateway = ({ ws }: Client): boolean =>
  ws.shards.size > 0 && ws.shards.every(({ status }) => status === Status.Ready);

export function measureDiscord(client: Client): void {
  gatewayReady.set(hearsGateway(client) ? 1 : 0);
  guilds.set(client.guilds.cache.size);
}
