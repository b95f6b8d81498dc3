import { describe, expect, it } from "vitest";
import type { RenderJob } from "../../../src/generation/request.ts";
import { PreviewPace } from "../../../src/queue/previews.ts";

const render = (steps: number, change: Partial<RenderJob> = {}): RenderJob => ({
  ...{ requestId: "r1", recipe: "bf16", prompt: "x", width: 1024, height: 1024, guidance: 3.5, steps },
  noise: [[{ seed: 1, weight: 1 }]],
  preview: true,
  ...change,
});

describe("live previews", () => {
  it("come a few times an image while nobody knows how long a step takes", () => {
    expect(new PreviewPace().every(render(30))).toBe(5);
    expect(new PreviewPace().every(render(1))).toBe(1);
  });

  it("come about every two seconds once it is known, at this size", () => {
    const pace = new PreviewPace();
    pace.note(render(30), 0.5);
    expect(pace.every(render(30))).toBe(4);
    pace.note(render(30), 3);
    expect(pace.every(render(30))).toBe(1);
    expect(pace.every(render(30, { width: 512 }))).toBe(5);
  });

  it("are not asked for where the render is over in a few seconds, nor where nobody wants or may see them", () => {
    const pace = new PreviewPace();
    pace.note(render(1), 0.1);
    expect(pace.every(render(30))).toBeUndefined();
    expect(pace.every(render(60))).toBe(20);
    const compared = render(60);
    delete compared.preview;
    expect(pace.every(compared)).toBeUndefined();
    expect(pace.every(render(60, { secret: true }))).toBeUndefined();
  });
});
