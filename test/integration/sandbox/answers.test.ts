import {
  ActionRowBuilder,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ButtonBuilder,
  ButtonStyle,
  type Interaction,
  MessageFlags,
  ModalBuilder,
  type RESTPostAPIApplicationCommandsJSONBody,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from "discord.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { picture, type Running, startBot } from "./bot.ts";

const COMMANDS: RESTPostAPIApplicationCommandsJSONBody[] = [
  {
    name: "picture",
    description: "Draws",
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: "prompt",
        description: "What",
        required: true,
        max_length: 50,
      },
      { type: ApplicationCommandOptionType.String, name: "backend", description: "How", autocomplete: true },
      {
        type: ApplicationCommandOptionType.Integer,
        name: "images",
        description: "How many",
        min_value: 1,
        max_value: 4,
      },
    ],
  },
  { name: "secret", description: "Answers privately" },
  { name: "menu", description: "Buttons" },
  { name: "Show details", type: ApplicationCommandType.Message },
  {
    name: "preset",
    description: "Presets",
    default_member_permissions: "32",
    options: [
      {
        type: ApplicationCommandOptionType.SubcommandGroup,
        name: "server",
        description: "Here",
        options: [{ type: ApplicationCommandOptionType.Subcommand, name: "list", description: "All" }],
      },
      { type: ApplicationCommandOptionType.Subcommand, name: "list", description: "All" },
    ],
  },
];

async function answer(interaction: Interaction): Promise<unknown> {
  if (interaction.isAutocomplete()) {
    const typed = interaction.options.getFocused();
    return interaction.respond(
      ["torchao-int8", "bnb-nf4"]
        .filter((id) => id.includes(typed))
        .map((id) => ({ name: id.toUpperCase(), value: id })),
    );
  }
  if (interaction.isButton()) {
    if (interaction.customId === "again") return interaction.update({ content: "pressed", components: [] });
    return interaction.showModal(
      new ModalBuilder()
        .setCustomId("form")
        .setTitle("Change prompt")
        .addComponents(
          new ActionRowBuilder<TextInputBuilder>().addComponents(
            new TextInputBuilder()
              .setCustomId("prompt")
              .setLabel("Prompt")
              .setStyle(TextInputStyle.Paragraph)
              .setMaxLength(10),
          ),
        ),
    );
  }
  if (interaction.isStringSelectMenu()) return interaction.reply(`chose ${interaction.values.join()}`);
  if (interaction.isModalSubmit())
    return interaction.reply(`got ${interaction.fields.getTextInputValue("prompt")}`);
  if (interaction.isMessageContextMenuCommand()) {
    return interaction.reply({ content: interaction.targetMessage.id, flags: MessageFlags.Ephemeral });
  }
  if (!interaction.isChatInputCommand()) return undefined;
  if (interaction.commandName === "picture") {
    await interaction.deferReply();
    await interaction.editReply({
      content: interaction.options.getString("prompt", true),
      files: [{ attachment: await picture(), name: "grid.png", description: "two stars" }],
    });
    return interaction.followUp("and more");
  }
  if (interaction.commandName === "preset") {
    const group = interaction.options.getSubcommandGroup(false) ?? "none";
    return interaction.reply(`${group} ${interaction.options.getSubcommand()}`);
  }
  if (interaction.commandName === "secret") {
    return interaction.reply({ content: "only you", flags: MessageFlags.Ephemeral });
  }
  return interaction.reply({
    content: "choose",
    components: [
      new ActionRowBuilder<ButtonBuilder>().addComponents(
        new ButtonBuilder().setCustomId("again").setLabel("Again").setStyle(ButtonStyle.Primary),
        new ButtonBuilder().setCustomId("change").setLabel("Change prompt").setStyle(ButtonStyle.Secondary),
      ),
      new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(
        new StringSelectMenuBuilder()
          .setCustomId("pick")
          .addOptions({ label: "Red", value: "r" }, { label: "Blue", value: "b" }),
      ),
    ],
  });
}

describe("a discord.js bot on the local Discord", () => {
  let bot: Running;
  beforeAll(async () => {
    bot = await startBot(answer);
    await bot.client.application.commands.set(COMMANDS, bot.sandbox.guildId);
  });
  afterAll(() => bot.stop());

  test("sees its server and the commands that it registered", async () => {
    expect(bot.client.guilds.cache.get(bot.sandbox.guildId)?.name).toBe("Local Discord");
    const commands = await bot.client.application.commands.fetch({ guildId: bot.sandbox.guildId });
    expect([...commands.values()].map((command) => command.name)).toEqual(
      COMMANDS.map((command) => command.name),
    );
  });

  test("defers, edits with a file, follows up", async () => {
    const exchange = await bot.sandbox.member("member").run('/picture prompt:"two red stars" images:1');
    const message = await exchange.final(2_000);
    expect(message).toMatchObject({
      content: "two red stars",
      interaction_metadata: { user: { username: "member" } },
      attachments: [
        { filename: "grid.png", width: 64, height: 48, content_type: "image/png", description: "two stars" },
      ],
    });
    const [file] = message.attachments;
    const fetched = await fetch(file?.url ?? "");
    expect((await fetched.arrayBuffer()).byteLength).toBe(file?.size);
    await expect.poll(() => exchange.messages().length).toBe(2);
    expect(exchange.acknowledgedAfterMs).toBeLessThan(500);
  });

  test("suggests values", async () => {
    const choices = await bot.sandbox
      .member("member")
      .autocomplete("/picture prompt:x backend:int", "backend");
    expect(choices).toEqual([{ name: "TORCHAO-INT8", value: "torchao-int8" }]);
  });

  test("shows an ephemeral answer to one person only", async () => {
    const exchange = await bot.sandbox.member("member").run("/secret");
    expect(exchange.reply()?.content).toBe("only you");
    expect(bot.sandbox.messages().some((message) => message.content === "only you")).toBe(false);
    expect(
      bot.sandbox
        .member("moderator")
        .sees()
        .some((message) => message.content === "only you"),
    ).toBe(false);
  });

  test("buttons, menus and forms", async () => {
    const member = bot.sandbox.member("member");
    const menu = await (await member.run("/menu")).final(1_000);
    expect((await member.select(menu, "pick", ["Blue"])).reply()?.content).toBe("chose b");
    const form = await member.click(menu, "Change prompt");
    expect(form.modal?.title).toBe("Change prompt");
    await expect(member.submitModal(form, { Prompt: "much too long for it" })).rejects.toThrow("10 or fewer");
    expect((await member.submitModal(form, { Prompt: "blue" })).reply()?.content).toBe("got blue");
    expect((await member.click(menu, "Again")).reply()).toMatchObject({ id: menu.id, content: "pressed" });
    await expect(member.click(menu, "Again")).rejects.toThrow("it has: nothing");
  });

  test("commands on messages", async () => {
    const member = bot.sandbox.member("member");
    const target = await member.say("hello");
    expect((await member.contextMenu("Show details", target)).reply()?.content).toBe(target.id);
  });

  test("subcommands, for those only who may", async () => {
    const moderator = bot.sandbox.member("moderator");
    expect((await moderator.run("/preset list")).reply()?.content).toBe("none list");
    expect((await moderator.run("/preset server list")).reply()?.content).toBe("server list");
    await expect(moderator.run("/preset nothing")).rejects.toThrow("one of: server, list");
    await expect(bot.sandbox.member("member").run("/preset list")).rejects.toThrow("no command /preset");
  });

  test("says what is wrong with what was typed, as a client does", async () => {
    const member = bot.sandbox.member("member");
    await expect(member.run("/picture")).rejects.toThrow("This option is required");
    await expect(member.run("/picture prompt:x images:9")).rejects.toThrow("Must be 4 or less");
    await expect(member.run("/picture prompt:x images:two")).rejects.toThrow("valid integer");
    await expect(member.run("/picture prompt:x colour:red images:1 stray")).rejects.toThrow("valid integer");
    await expect(member.run("/picture colour:red")).rejects.toThrow('no option "colour"');
    await expect(member.run("/nothing")).rejects.toThrow("no command /nothing");
  });

  test("breaks none of Discord's rules in all that", () => {
    expect(bot.sandbox.violations).toEqual([]);
  });
});
