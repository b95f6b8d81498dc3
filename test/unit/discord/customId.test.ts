import { describe, expect, it } from "vitest";
import { customId, parseCustomId } from "../../../src/discord/customId.ts";
import { request } from "../../support/request.ts";

describe("custom ids", () => {
  it("come back as they were made, within Discord's 100 characters", () => {
    const { id } = request();
    expect(parseCustomId(customId("again", id))).toEqual({ action: "again", requestId: id });
    expect(customId("backend", id).length).toBeLessThanOrEqual(100);
  });

  it.each([
    "",
    "again",
    "again:",
    "again:a:b",
    "format:r1",
    "again:../x",
    "again:R1",
    `again:${"r".repeat(99)}`,
  ])("that this bot never made are not understood: %j", (text) =>
    expect(parseCustomId(text)).toBeUndefined(),
  );
});
