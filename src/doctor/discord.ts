/** Discord: whether it can be reached, knows the token, and has let the bot into servers with what it needs there. */
import {
  DiscordAPIError,
  HTTPError,
  PermissionFlagsBits,
  PermissionsBitField,
  REST,
  Routes,
} from "discord.js";
import {
  type APIApplication,
  ApplicationFlags,
  type RESTAPIPartialCurrentUserGuild,
  type RESTGetAPIGatewayBotResult,
} from "discord-api-types/v10";
import { type Finding, ok, warning, wrong } from "./finding.ts";

/** As README's invitation asks for them. */
const NEEDED = {
  "View Channels": PermissionFlagsBits.ViewChannel,
  "Send Messages": PermissionFlagsBits.SendMessages,
  "Attach Files": PermissionFlagsBits.AttachFiles,
  "Read Message History": PermissionFlagsBits.ReadMessageHistory,
  "Send Messages in Threads": PermissionFlagsBits.SendMessagesInThreads,
  "Create Public Threads": PermissionFlagsBits.CreatePublicThreads,
};
/** Privileged intents as an application's flags have them; the bot asks for none. */
const PRIVILEGED =
  ApplicationFlags.GatewayPresence |
  ApplicationFlags.GatewayPresenceLimited |
  ApplicationFlags.GatewayGuildMembers |
  ApplicationFlags.GatewayGuildMembersLimited |
  ApplicationFlags.GatewayMessageContent |
  ApplicationFlags.GatewayMessageContentLimited;

interface DiscordSettings {
  token: string | undefined;
  apiUrl: string;
  guildId: string | undefined;
  homeGuildId: string | undefined;
}

export async function checkDiscord(settings: DiscordSettings): Promise<Finding[]> {
  const { token, apiUrl } = settings;
  if (token === undefined)
    return [
      wrong(
        "Discord's token",
        "DISCORD_TOKEN is not set",
        "Copy it from the developer portal, under Bot, into .env. A host with workers alone needs none: npm run doctor -- --for worker",
      ),
    ];
  const rest = new REST({ api: apiUrl, retries: 1, timeout: 10_000 }).setToken(token);
  try {
    const application = (await rest.get(Routes.currentApplication())) as APIApplication;
    const findings = [ok("Discord's token", `it is ${application.name}'s`), checkIntents(application)];
    if (application.interactions_endpoint_url)
      findings.push(
        wrong(
          "Discord's interactions",
          `Discord sends them to ${application.interactions_endpoint_url} and not to the bot`,
          "Empty 'Interactions Endpoint URL' in the developer portal, under General Information.",
        ),
      );
    findings.push(await checkGateway(rest), ...(await checkServers(rest, application, settings)));
    return findings;
  } catch (error) {
    return [explained(error, apiUrl)];
  }
}

function checkIntents(application: APIApplication): Finding {
  const about = "Discord's intents";
  const flags: number = application.flags ?? 0;
  if ((flags & PRIVILEGED) === 0) return ok(about, "none that is privileged, and none is needed");
  return ok(about, "privileged ones are switched on; none is needed, so they can be switched off");
}

async function checkGateway(rest: REST): Promise<Finding> {
  const about = "Discord's gateway";
  const { session_start_limit: limit } = (await rest.get(Routes.gatewayBot())) as RESTGetAPIGatewayBotResult;
  if (limit.remaining > 0) return ok(about, `${limit.remaining} of ${limit.total} starts are left today`);
  const minutes = Math.ceil(limit.reset_after / 60_000);
  return wrong(
    about,
    "the bot was started so often that Discord lets it in no more today",
    `Wait ${minutes} minutes, and find out from its log why it ended so often.`,
  );
}

async function checkServers(
  rest: REST,
  { id }: APIApplication,
  { guildId, homeGuildId }: DiscordSettings,
): Promise<Finding[]> {
  const about = "Discord's servers";
  const guilds = (await rest.get(Routes.userGuilds())) as RESTAPIPartialCurrentUserGuild[];
  const permissions = Object.values(NEEDED).reduce((sum, bit) => sum | bit, 0n);
  const invitation = `https://discord.com/oauth2/authorize?client_id=${id}&scope=bot+applications.commands&permissions=${permissions}`;
  if (guilds.length === 0) return [wrong(about, "the bot is in no server", `Invite it: ${invitation}`)];
  const missing = Object.entries({ DISCORD_GUILD_ID: guildId, DISCORD_HOME_GUILD_ID: homeGuildId })
    .filter(([, wanted]) => wanted !== undefined && !guilds.some((guild) => guild.id === wanted))
    .map(([name, wanted]) =>
      wrong(
        about,
        `the bot is not in server ${wanted}, which ${name} names`,
        `Invite it, or correct ${name}: ${invitation}`,
      ),
    );
  const lacking = guilds.flatMap((guild) => {
    const granted = new PermissionsBitField(BigInt(guild.permissions));
    const names = Object.entries(NEEDED).filter(([, bit]) => !granted.has(bit));
    if (names.length === 0) return [];
    return [
      warning(
        "Discord's permissions",
        `in ${guild.name} the bot lacks ${names.map(([name]) => name).join(", ")}`,
        "Give them to its role in the server's settings, or see that its channels do.",
      ),
    ];
  });
  if (missing.length + lacking.length > 0) return [...missing, ...lacking];
  return [
    ok(
      "Discord's permissions",
      `all that is needed, in ${guilds.length} ${guilds.length === 1 ? "server" : "servers"}`,
    ),
  ];
}

function explained(error: unknown, apiUrl: string): Finding {
  if (error instanceof DiscordAPIError && error.status === 401)
    return wrong(
      "Discord's token",
      "Discord does not know it",
      "Reset it in the developer portal, under Bot, and copy the new one into DISCORD_TOKEN: it is shown once.",
    );
  if (error instanceof DiscordAPIError || error instanceof HTTPError)
    return wrong(
      "Discord",
      `it answered ${error.status}: ${error.message}`,
      "Look at discordstatus.com, and try again.",
    );
  const cause = error instanceof Error ? reasonOf(error) : String(error);
  return wrong(
    "Discord",
    `${apiUrl} can't be reached (${cause})`,
    "Check this machine's network and proxy, and that DISCORD_API_URL is not set to something else.",
  );
}

/** fetch() hides what went wrong in its error's cause. */
export function reasonOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}
