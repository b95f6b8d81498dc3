import { expect, test } from "vitest";
import { bringsCuda } from "../../../src/setup/torch.mjs";

const torch = (requires_dist: string[]) => [
  { metadata: { name: "torch", requires_dist }, download_info: { url: "file:///torch.whl" } },
];

test("a build that wants NVIDIA's libraries is told from a CPU build", () => {
  expect(bringsCuda(torch(["sympy>=1.13.3", 'nvidia-cudnn-cu13==9.1; platform_system == "Linux"']))).toBe(
    true,
  );
  expect(bringsCuda(torch(["sympy>=1.13.3", "filelock"]))).toBe(false);
  expect(bringsCuda([])).toBe(false);
});
