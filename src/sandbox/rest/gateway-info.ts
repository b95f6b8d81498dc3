import type { Route } from "./route.ts";

/** Where the gateway is, and how a bot may use it. */
export function gatewayRoutes(gateway: {
  url(): string;
  sessionsLeft(): number;
  maxConcurrency: number;
  shards: number;
}): Route[] {
  return [
    { method: "GET", path: "/gateway", noAuthorization: true, handle: () => ({ url: gateway.url() }) },
    {
      method: "GET",
      path: "/gateway/bot",
      handle: () => ({
        url: gateway.url(),
        shards: gateway.shards,
        session_start_limit: {
          total: 1000,
          remaining: gateway.sessionsLeft(),
          reset_after: 86_400_000,
          max_concurrency: gateway.maxConcurrency,
        },
      }),
    },
  ];
}
