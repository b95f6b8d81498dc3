import {
  ApplicationCommandCreateRequestSchema,
  ApplicationCommandPatchRequestPartialSchema,
  ApplicationCommandUpdateRequestSchema,
} from "discord-api-spec/zod";
import { type APIApplicationCommand, ApplicationCommandType } from "discord-api-types/v10";
import { z } from "zod/mini";
import { invalidForm, missingAccess, unknownCommand } from "../errors.ts";
import { type CommandInput, commandIssues, setIssues } from "../rules/commands.ts";
import { GLOBAL } from "../world.ts";
import { type Call, Created, type Route } from "./route.ts";

/** Global commands and one server's are the same resource at two places. */
export const commandRoutes: Route[] = [
  ...routesAt("/applications/:application_id/commands"),
  ...routesAt("/applications/:application_id/guilds/:guild_id/commands"),
];

function routesAt(path: string): Route[] {
  const one = `${path}/:command_id`;
  return [
    { method: "GET", path, handle: (call) => call.world.commandsOf(scopeOf(call)) },
    {
      method: "PUT",
      path,
      schema: () => z.array(ApplicationCommandUpdateRequestSchema) as never,
      handle: overwrite,
    },
    { method: "POST", path, schema: () => ApplicationCommandCreateRequestSchema, handle: create },
    { method: "GET", path: one, handle: (call) => find(call) },
    {
      method: "PATCH",
      path: one,
      schema: () => ApplicationCommandPatchRequestPartialSchema,
      handle: (call) => {
        const before = find(call);
        const changed = { ...before, ...(call.body as object) } as CommandInput;
        refuse(commandIssues(changed, []));
        const command = register(call, changed, before);
        save(call, [...others(call, before), command]);
        return command;
      },
    },
    { method: "DELETE", path: one, handle: (call) => save(call, others(call, find(call))) },
  ];
}

function overwrite(call: Call): APIApplicationCommand[] {
  const inputs = call.body as CommandInput[];
  refuse([...inputs.flatMap((input, index) => commandIssues(input, [index])), ...setIssues(inputs)]);
  const commands = inputs.map((input) => register(call, input, existing(call, input)));
  save(call, commands);
  return commands;
}

function create(call: Call): APIApplicationCommand | Created {
  const input = call.body as CommandInput;
  const before = existing(call, input);
  const rest = before ? others(call, before) : call.world.commandsOf(scopeOf(call));
  refuse([...commandIssues(input, []), ...setIssues([...rest, input] as CommandInput[])]);
  const command = register(call, input, before);
  save(call, [...rest, command]);
  // Creating a command that is there replaces it, with another status.
  return before ? command : new Created(command);
}

function register(
  call: Call,
  input: CommandInput,
  before: APIApplicationCommand | undefined,
): APIApplicationCommand {
  const { world } = call;
  const guildId = isGlobal(call) ? undefined : scopeOf(call);
  return {
    name_localizations: null,
    description_localizations: null,
    default_member_permissions: null,
    nsfw: false,
    dm_permission: true,
    contexts: null,
    integration_types: [0],
    ...input,
    id: before?.id ?? world.nextId(),
    application_id: world.applicationId,
    version: world.nextId(),
    type: input.type ?? ApplicationCommandType.ChatInput,
    description: input.description ?? "",
    ...(guildId === undefined ? {} : { guild_id: guildId }),
  } as APIApplicationCommand;
}

function existing(call: Call, input: CommandInput): APIApplicationCommand | undefined {
  const type = input.type ?? ApplicationCommandType.ChatInput;
  return call.world
    .commandsOf(scopeOf(call))
    .find((command) => command.name === input.name && command.type === type);
}

function find(call: Call): APIApplicationCommand {
  const id = call.param("command_id");
  const command = call.world.commandsOf(scopeOf(call)).find((candidate) => candidate.id === id);
  if (!command) throw unknownCommand();
  return command;
}

function others(call: Call, command: APIApplicationCommand): APIApplicationCommand[] {
  return call.world.commandsOf(scopeOf(call)).filter((candidate) => candidate.id !== command.id);
}

function save(call: Call, commands: APIApplicationCommand[]): void {
  call.world.commands.set(scopeOf(call), commands);
  call.world.events.emit({ type: "commandsUpdate" });
}

function isGlobal(call: Call): boolean {
  return call.param("guild_id") === "";
}

function scopeOf(call: Call): string {
  const { world } = call;
  if (call.param("application_id") !== world.applicationId) throw missingAccess();
  return isGlobal(call) ? GLOBAL : world.guild(call.param("guild_id")).id;
}

function refuse(issues: Parameters<typeof invalidForm>[0]): void {
  if (issues.length > 0) throw invalidForm(issues);
}
