/** An address that follows the primary, as docs/operating.md asks for one. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { expect, it, onTestFinished, vi } from "vitest";
import { connectFailingFast, connectPatiently } from "../../../src/store/redis.ts";
import { fileServer } from "../../support/redis.ts";

const [first, second] = [await fileServer(), await fileServer()];
const portOf = ({ url }: { url: string }) => Number(new URL(url).port);

/** Leads new connections to `port()`; those that are there stay where they are. */
async function following(port: () => number): Promise<Server> {
  const server = createServer((client) => {
    const primary = connect(port(), "127.0.0.1");
    client.pipe(primary).pipe(client);
    for (const [one, other] of [
      [client, primary],
      [primary, client],
    ] as const) {
      one.on("error", () => one.destroy());
      one.on("close", () => other.destroy());
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server;
}

it("incident: after a failover bot and workers stayed with the old primary, which took no writes", async () => {
  let primary = first;
  const address = await following(() => portOf(primary));
  const url = `redis://127.0.0.1:${(address.address() as AddressInfo).port}`;
  const connections = [connectFailingFast(url), connectPatiently(url)];
  onTestFinished(() => {
    for (const connection of connections) connection.disconnect();
    address.close();
  });
  for (const connection of connections) connection.on("error", () => {});
  await Promise.all(connections.map((connection) => once(connection, "ready")));
  const [fast, patient] = connections;

  primary = second;
  await fast?.call("REPLICAOF", "127.0.0.1", "1");
  const write = () => patient?.multi().set("a", "1").incr("counted").exec();
  await expect(write()).rejects.toThrow("EXECABORT");
  for (const connection of connections)
    await vi.waitUntil(() => connection.set("b", "1").catch(() => false), { timeout: 10_000 });
  // Nothing of the refused transaction was carried out by itself.
  expect(await patient?.exists("a", "counted")).toBe(0);
  await write();
  expect(await patient?.get("counted")).toBe("1");
});
