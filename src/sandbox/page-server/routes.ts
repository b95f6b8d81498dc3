import { Locale } from "discord-api-types/v10";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { onlyFromHere } from "../../onlyFromHere.ts";
import * as actions from "../actions.ts";
import { DiscordError } from "../errors.ts";
import { settled } from "../exchange.ts";
import { createMessage } from "../messages.ts";
import { InputError } from "../option-values.ts";
import type { World } from "../world.ts";
import { streamEvents } from "./events.ts";
import {
  commandViews,
  directMessageViews,
  guildView,
  interactionView,
  messageViews,
  personView,
} from "./views.ts";

export interface PageOptions {
  world: World;
  hints: readonly string[];
  /** The people whom the page may act as. */
  identities: () => Iterable<string>;
  isBotOnline: () => boolean;
}

/** Of a message that somebody types. */
const MOST_CHARACTERS = 2000;

const Who = z.object({ as: z.string(), channelId: z.string() });

/** One schema a thing that somebody can do on the page. */
const Action = z.discriminatedUnion("action", [
  Who.extend({
    action: z.literal("command"),
    line: z.string().max(20_000),
    /** Base64 by file name. */
    files: z.record(z.string(), z.string()).default({}),
  }),
  Who.extend({ action: z.literal("autocomplete"), line: z.string(), option: z.string() }),
  Who.extend({ action: z.literal("click"), messageId: z.string(), customId: z.string() }),
  Who.extend({
    action: z.literal("select"),
    messageId: z.string(),
    customId: z.string(),
    values: z.array(z.string()),
  }),
  Who.extend({
    action: z.literal("modal"),
    interactionId: z.string(),
    values: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  }),
  Who.extend({ action: z.literal("messageCommand"), name: z.string(), messageId: z.string() }),
  Who.extend({ action: z.literal("userCommand"), name: z.string(), targetId: z.string() }),
  Who.extend({ action: z.literal("say"), content: z.string().min(1) }),
  Who.extend({ action: z.literal("dismiss"), messageId: z.string() }),
  Who.extend({ action: z.literal("locale"), locale: z.enum(Locale) }),
]);

type Action = z.infer<typeof Action>;

/** The page's own interface. It is no part of Discord's. */
export function servePageRoutes(app: FastifyInstance, options: PageOptions): void {
  const { world } = options;
  const personOf = (as: string | undefined) => {
    const ids = [...options.identities()];
    const found = ids.find((id) => id === as || world.person(id).user.username === as);
    if (found === undefined) throw new InputError("There is nobody of that name.");
    return found;
  };
  const guard = { preHandler: onlyFromHere };

  app.get<{ Querystring: { as?: string } }>("/page-api/state", guard, (request, reply) =>
    answering(reply, () => {
      const me = personOf(request.query.as);
      const guilds = [...world.guilds.values()];
      return {
        me,
        as: world.person(me).user.username,
        locale: world.person(me).locale,
        botName: world.bot.username,
        online: options.isBotOnline(),
        hints: options.hints,
        guilds: guilds.map((guild) => guildView(world, guild, me)),
        directMessages: directMessageViews(world, me),
        identities: guilds
          .slice(0, 1)
          .flatMap((guild) => [...options.identities()].map((id) => personView(world, guild, id))),
      };
    }),
  );

  app.get<{ Querystring: { as?: string; channel?: string } }>("/page-api/channel", guard, (request, reply) =>
    answering(reply, () => {
      const userId = personOf(request.query.as);
      const channel = actions.reachableChannel({ world, userId, channelId: request.query.channel ?? "" });
      return {
        messages: messageViews(world, channel, userId),
        commands: commandViews(world, channel, userId),
      };
    }),
  );

  app.get<{ Querystring: { as?: string } }>("/page-api/events", guard, (request, reply) =>
    answering(reply, () => streamEvents(world, personOf(request.query.as), reply)),
  );

  app.post<{ Body: Buffer }>("/page-api/action", guard, (request, reply) =>
    answering(reply, async () => {
      // A form of another site's can't send this type without asking first.
      if (!request.headers["content-type"]?.startsWith("application/json"))
        throw new InputError("Send JSON.");
      const action = Action.parse(JSON.parse(request.body.toString("utf8")));
      return perform(world, { ...action, as: personOf(action.as) });
    }),
  );
}

async function perform(world: World, action: Action): Promise<unknown> {
  const actor: actions.Actor = { world, userId: action.as, channelId: action.channelId };
  switch (action.action) {
    case "command": {
      const files = Object.entries(action.files).map(([name, base64]) => [
        name,
        Buffer.from(base64, "base64"),
      ]);
      return interactionView(await actions.runCommand(actor, action.line, Object.fromEntries(files)));
    }
    case "autocomplete": {
      const record = actions.autocomplete(actor, action.line, action.option);
      await settled(world, record);
      if (record.state === "failed") throw new InputError("Loading options failed");
      return { choices: record.choices ?? [] };
    }
    case "click":
      return interactionView(actions.click(actor, action.messageId, action.customId));
    case "select":
      return interactionView(actions.select(actor, action.messageId, action.customId, action.values));
    case "modal": {
      const opened = world.interactions.get(action.interactionId);
      if (!opened) throw new InputError("The form is not open any more.");
      return interactionView(actions.submitModal(actor, opened, action.values));
    }
    case "messageCommand":
      return interactionView(actions.runContextMenu(actor, action.name, { messageId: action.messageId }));
    case "userCommand":
      return interactionView(actions.runContextMenu(actor, action.name, { userId: action.targetId }));
    case "say": {
      const channel = actions.reachableChannel(actor);
      const { length } = action.content;
      if (length > MOST_CHARACTERS)
        throw new InputError(
          `A message has at most ${MOST_CHARACTERS.toLocaleString("en")} characters; this one has ${length.toLocaleString("en")}.`,
        );
      const author = world.person(actor.userId).user;
      await createMessage(world, channel, { content: action.content }, [], { author });
      return {};
    }
    case "locale": {
      world.person(actor.userId).locale = action.locale;
      return {};
    }
    case "dismiss": {
      const stored = world.messages.get(action.messageId);
      if (stored?.visibleTo === actor.userId) stored.dismissed = true;
      return {};
    }
  }
}

/** What the person did wrong is told in words; what we did wrong goes to Fastify. */
async function answering(reply: FastifyReply, work: () => unknown): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    const isTheirs =
      error instanceof InputError ||
      error instanceof DiscordError ||
      error instanceof z.ZodError ||
      error instanceof SyntaxError;
    if (!isTheirs) throw error;
    return reply
      .code(400)
      .send({ error: error instanceof z.ZodError ? "The request is malformed." : error.message });
  }
}
