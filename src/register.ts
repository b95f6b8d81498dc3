/** `npm run register`: registers the commands without starting the bot, as an installer or a deployment does. */
import { REST, Routes } from "discord.js";
import type { APIApplication } from "discord-api-types/v10";
import { definitions } from "../commands/index.ts";
import { discordToken, exit, readConfigOrExit } from "./config.ts";
import { register } from "./discord/register.ts";
import { connectFailingFast } from "./store/redis.ts";

const config = readConfigOrExit();
const rest = new REST({ api: config.discord.apiUrl }).setToken(discordToken(config));
const redis = connectFailingFast(config.redisUrl);
redis.on("error", () => {}); // said below, once
await new Promise((done) => redis.once("ready", done).once("close", done));

try {
  const application = (await rest.get(Routes.currentApplication())) as APIApplication;
  const changed = await register(rest, redis, application.id, config.discord.guildId, definitions);
  const where = config.discord.guildId
    ? `in server ${config.discord.guildId}`
    : "in every server that has the bot";
  console.log(
    `${changed ? "Registered" : "Already registered, unchanged:"} ${definitions.length} commands ${where}.`,
  );
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  exit(
    `The commands could not be registered: ${reason}. Check DISCORD_TOKEN, DISCORD_GUILD_ID and REDIS_URL.`,
  );
} finally {
  redis.disconnect();
}
