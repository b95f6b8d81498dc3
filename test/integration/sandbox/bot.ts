import { Client, type ClientOptions, Events, GatewayIntentBits, type Interaction } from "discord.js";
import sharp from "sharp";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../../src/sandbox/index.ts";

export interface Running {
  sandbox: Sandbox;
  client: Client<true>;
  stop(): Promise<void>;
}

/** A local Discord and an ordinary discord.js client logged in to it. */
export async function startBot(
  handle: (interaction: Interaction) => Promise<unknown>,
  options: SandboxOptions = {},
  clientOptions: Partial<ClientOptions> = {},
): Promise<Running> {
  const sandbox = await startSandbox(options);
  const client = await logIn(sandbox, handle, clientOptions);
  return {
    sandbox,
    client,
    stop: async () => {
      await client.destroy();
      await sandbox.close();
    },
  };
}

export async function logIn(
  sandbox: Sandbox,
  handle: (interaction: Interaction) => Promise<unknown> = async () => undefined,
  options: Partial<ClientOptions> = {},
): Promise<Client<true>> {
  const { rest, ...others } = options;
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    ...others,
    rest: { api: sandbox.apiUrl, ...rest },
  });
  client.on(Events.InteractionCreate, (interaction) => {
    // A handler's errors are looked at through what the sandbox says of the requests.
    handle(interaction).catch(() => undefined);
  });
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(sandbox.token);
  return ready;
}

export function picture(width = 64, height = 48): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: { r: 200, g: 30, b: 60 } } })
    .png()
    .toBuffer();
}

/** Discord's code of a request that was refused. */
export async function codeOf(request: Promise<unknown>): Promise<number | string> {
  try {
    await request;
    return "accepted";
  } catch (error) {
    return (error as { code?: number }).code ?? String(error);
  }
}
