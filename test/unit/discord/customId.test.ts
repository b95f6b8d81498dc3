import { describe, expect, it } from "vitest";
import { customId, parseCustomId } from "../../../src/discord/customId.ts";
import { request } from "../../support/request.ts";

describe("custom ids", () => {
  it("come back as they were made, within Discord's 100 characters", () => {
    const { id } = request();
    expect(parseCustomId(customId("again", id))).toEqual({ name: "again", args: [id] });
    expect(customId("backend", id).length).toBeLessThanOrEqual(100);
  });

  it("hold several arguments, and none that would not come back", () => {
    expect(parseCustomId(customId("page", "queue", "2"))).toEqual({ name: "page", args: ["queue", "2"] });
    expect(() => customId("page", "a:b")).toThrow();
    expect(() => customId("page", "a".repeat(60), "b".repeat(60))).toThrow(RangeError);
  });

  it.each(["", "again:", "again:a:", "again:../x", "again:ä", `again:${"r".repeat(99)}`])(
    "that this bot never made are not understood: %j",
    (text) => expect(parseCustomId(text)).toBeUndefined(),
  );
});
