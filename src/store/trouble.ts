/** Why Redis can't be had, and what an operator does about it. */
import type { Redis } from "ioredis";
import { DataTooNew } from "./version.ts";

interface Trouble {
  found: string;
  todo: string;
}

/** In sentences, for a log or a program's last word. */
export function troubleText(redis: Redis, error: Error): string {
  if (error instanceof DataTooNew) return error.message;
  const { found, todo } = troubleWith(redis, error);
  return `Redis: ${found}. ${todo}`;
}

/** @param error of the connection or of a command */
export function troubleWith({ options: { host, port, tls } }: Redis, { name, message }: Error): Trouble {
  if (/AUTH|WRONGPASS/.test(message))
    return {
      found: `it does not take the password (${message})`,
      todo: "Correct REDIS_PASSWORD, or the password in REDIS_URL.",
    };
  if (name === "ReplyError") return { found: `it refuses (${message})`, todo: "Its own log says more." };
  if (!tls && /ECONNRESET|EPIPE/.test(message))
    return {
      found: `it breaks the connection off (${message})`,
      todo: "Where Redis speaks TLS, REDIS_URL begins with rediss://.",
    };
  // A Redis without TLS waits in silence for more of what it takes for a command.
  const silent = tls && /ETIMEDOUT/.test(message);
  if (silent || /certificate|SSL|TLS|EPROTO|wrong version number/i.test(message))
    return {
      found: `no secure connection (${message})`,
      todo: "REDIS_URL begins with rediss:// exactly where Redis speaks TLS; name a private authority's certificate in NODE_EXTRA_CA_CERTS, in the environment: Node reads it before .env.",
    };
  if (/isn't writeable/.test(message))
    return { found: "no connection yet", todo: "If that lasts, its own log says what it is doing." };
  return {
    found: `nothing answers at ${host}, port ${port} (${message})`,
    todo: "Start Redis there, or correct REDIS_URL.",
  };
}
