/** What docs/security.md says of members: ids that nobody gave them, and words that are made to do more than be words. */
import { InteractionType } from "discord-api-types/v10";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { components, modals } from "../../src/interactions/components.ts";
import type { Exchange, SandboxMember, SandboxMessage } from "../../src/sandbox/index.ts";
import { roundOf } from "../support/quiz.ts";
import { System, until } from "../support/system.ts";

const ANSWER_MS = 30_000;
const SECRET = "zebrafinch";

let system: System;
let victim: SandboxMember;
let moderator: SandboxMember;

beforeAll(async () => {
  system = await System.start({
    ...{ sandbox: { guilds: 2 }, brisk: true, standIn: { "step-ms": "20" } },
    env: { DISCORD_GUILD_ID: "" },
  });
  victim = system.sandbox.member("victim");
  moderator = system.sandbox.member("moderator");
});
afterAll(async () => {
  expect(system.sandbox.violations).toEqual([]);
  await system.stop();
});

const final = async (exchange: Promise<Exchange>) => (await exchange).final(ANSWER_MS);

/** All that is stored of the first server and of a request, as it stands. */
async function stored(requestId: string): Promise<Record<string, unknown>> {
  const { redis, sandbox } = system;
  const keys = (await redis.keys("quantspot:*")).filter(
    (key) =>
      key.includes(sandbox.guildId) ||
      key.includes(requestId) ||
      /:(cancelled|gate|quiz:(study|studies|running|round|unrevealed))\b/.test(key),
  );
  const types = await Promise.all(keys.map((key) => redis.type(key)));
  const dumps = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
  return Object.fromEntries(
    keys.map((key, index) => [`${key} ${types[index]}`, dumps[index]?.toString("hex")]).sort(),
  );
}

describe("an id that nobody gave to a member", () => {
  it("does nothing to another member's request or another server, whichever button, menu or form it names", async () => {
    await moderator.run("/preset create name:portraits backend:bf16 steps:3");
    const hidden = await victim.run(`/generate prompt:"${SECRET}" images:1 steps:2 private:True`);
    await hidden.final(ANSWER_MS);
    const requestId = `r${hidden.interactionId}`;
    const [here, elsewhere] = await Promise.all(
      system.sandbox.guilds.map(async ({ id }) => {
        const stranger = system.sandbox.member("stranger", id);
        return { stranger, message: await final(stranger.run("/generate prompt:x images:1 steps:2")) };
      }),
    );
    const before = await stored(requestId);
    const said: string[] = [];
    for (const place of [here, elsewhere]) {
      if (!place) throw new Error("two servers were asked for");
      const forged = idsWith(requestId).flatMap((ending) => forge(place, ending));
      const answers = await Promise.all(forged.map((exchange) => exchange));
      said.push(
        ...answers.flatMap((exchange) => exchange.messages().map((message) => JSON.stringify(message))),
      );
    }
    expect(await stored(requestId)).toEqual(before);
    // The buttons that turn pages put their lists in the place of whatever message they were sent with.
    for (const place of [here, elsewhere])
      expect(place?.stranger.sees().find(({ id }) => id === place.message.id)).toMatchObject({
        content: place?.message.content,
        attachments: place?.message.attachments,
      });
    expect(said.filter((text) => text.includes(SECRET))).toEqual([]);
    expect(said.filter((text) => text.includes("went wrong"))).toEqual([]);
    expect(said.length).toBeGreaterThan(Object.keys(components).length);
  });

  it("deletes no message but the one whose button it is, not even for who may delete its request's", async () => {
    // A member's own id on somebody else's message passed the question of whose the request is, and that message went.
    const shown = await victim.run("/generate prompt:x images:1 steps:2");
    const stranger = system.sandbox.member("stranger");
    const own = await stranger.run("/generate prompt:x images:1 steps:2");
    const [theirs, mine] = [await shown.final(ANSWER_MS), await own.final(ANSWER_MS)];
    const before = system.sandbox.messages().map(({ id }) => id);
    const remove = (member: SandboxMember, asked: Exchange, message: SandboxMessage) =>
      member.raw({
        type: InteractionType.MessageComponent,
        data: { custom_id: `delete:r${asked.interactionId}`, component_type: 2 },
        message,
      });
    for (const forged of [
      await remove(stranger, own, theirs),
      await remove(stranger, shown, theirs),
      await remove(stranger, shown, mine),
      await remove(moderator, own, theirs),
    ])
      expect(forged.refused).toBe(true);
    expect(system.sandbox.messages().map(({ id }) => id)).toEqual(before);
    await remove(victim, shown, theirs);
    await until("the button itself to work", () =>
      system.sandbox.messages().every(({ id }) => id !== theirs.id),
    );
  });

  it("incident: with one's own comparison or round alone, one changed another's message", async () => {
    const shown = await final(victim.run("/generate prompt:x images:1 steps:2"));
    const stranger = system.sandbox.member("stranger");
    const compared = await stranger.run("/compare prompt:x backend1:bf16 backend2:torchao-int8 steps:2");
    await compared.final(ANSWER_MS);
    const alone = await final(stranger.run("/quiz solo backends:torchao-int8 steps:2"));
    const round = roundOf(alone);
    const type = InteractionType.MessageComponent;
    const pair = { component_type: 3, values: ["0-1"] };
    for (const data of [
      { ...pair, custom_id: `compare-diff-pair:r${compared.interactionId}` },
      { ...pair, custom_id: `compare-flicker-pair:r${compared.interactionId}` },
      { component_type: 2, custom_id: `quiz-vote:0:${round}` },
    ]) {
      const forged = await stranger.raw({ type, data, message: shown });
      expect((await forged.final(ANSWER_MS)).content).toMatch(/⚠️/);
      expect(system.sandbox.messages().find(({ id }) => id === shown.id)).toEqual(shown);
    }
    expect(await system.redis.exists(`quantspot:quiz:round:${round}:votes`)).toBe(0);
  });
});

describe("a member", () => {
  // Those of /preset, /settings and /queue are tried in their own tests.
  it.each(["start", "stop", "daily channel:images", "daily off:True", "export"])(
    "may not /quiz %s",
    async (action) => {
      const before = await system.redis.keys("quantspot:quiz:stud*");
      const refusal = await final(system.sandbox.member("stranger").run(`/quiz ${action}`));
      expect(refusal.content).toMatch(/\*\*Manage Server\*\*/);
      expect(await system.redis.keys("quantspot:quiz:stud*")).toEqual(before);
    },
  );
});

/** What may follow the name in an id. */
const idsWith = (requestId: string) => ["", `:${requestId}`, `:0:${requestId}`, ":portraits:1", ":0"];

/** Every button, menu and form there is, as a client of one's own could send it. */
function forge(
  { stranger, message }: { stranger: SandboxMember; message: SandboxMessage },
  ending: string,
): Promise<Exchange>[] {
  const type = InteractionType.MessageComponent;
  const clicks = Object.keys(components).flatMap((name) => {
    const custom_id = name + ending;
    return [
      stranger.raw({ type, data: { custom_id, component_type: 2 }, message }),
      stranger.raw({ type, data: { custom_id, component_type: 3, values: ["bf16"] }, message }),
    ];
  });
  const forms = Object.keys(modals).map((name) =>
    stranger.raw({ type: InteractionType.ModalSubmit, data: { custom_id: name + ending, components: [] } }),
  );
  return [...clicks, ...forms];
}

describe("a prompt that is made to do more than be a prompt", () => {
  const prompts = [
    "@everyone @here <@&1> <@1> free images",
    "**bold** ``` ``` [a link](https://evil.example) ||x|| # title",
    "</text></svg><script>alert(1)</script>&lt;",
    "../../etc/passwd\\..\\x.png",
    'a "quoted" {"level":60,"msg":"forged"} \u001b[2J\u0007 line',
    "\u202etxet\u202c \u0000 \ud83e\udd84",
  ];

  it("pings nobody, unfolds no page, names no file and forges no line of a log", async () => {
    const quoted = (prompt: string) => prompt.replaceAll('"', '\\"');
    const answers = await Promise.all(
      prompts.map((prompt, index) =>
        final(
          system.sandbox.member(`poet-${index}`).run(`/generate prompt:"${quoted(prompt)}" images:1 steps:2`),
        ),
      ),
    );
    for (const answer of answers) {
      expect(answer.attachments.map(({ filename }) => filename)).toEqual([
        expect.stringMatching(/^[\w-]+\.(png|webp|jpe?g)$/),
      ]);
      expect(answer.embeds).toEqual([]);
      expect((answer.flags ?? 0) & 4).toBe(4); // no pages unfold
    }
    expect(system.sandbox.pings).toEqual([]);
    const lines = system.logs().split("\n").filter(Boolean);
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
    for (const word of ["passwd", "forged", "evil.example", SECRET]) expect(lines.join()).not.toContain(word);
  });
});
