import { describe, expect, it } from "vitest";
import { type Head, HeadOrder } from "../../../src/queue/heads.ts";

const BOUND_MS = 1000;

function head(recipe: string, priority: number, timestamp = 0): Head {
  return { recipe, id: `${recipe}-${priority}`, priority, timestamp };
}

const recipes = (heads: Head[]) => heads.map(({ recipe }) => recipe);
const loaded = (...ids: string[]) => new Set(ids);

describe("the order of heads", () => {
  it("is by priority and then by age, whatever is loaded, when the loaded ones come first anyway", () => {
    const heads = [head("c", 5), head("b", 3, 20), head("a", 3, 10)];
    expect(recipes(new HeadOrder(BOUND_MS).order(heads, loaded()))).toEqual(["a", "b", "c"]);
    expect(recipes(new HeadOrder(BOUND_MS).order(heads, loaded("a")))).toEqual(["a", "b", "c"]);
  });

  it("lets a loaded variant go before a head that is at most one step ahead", () => {
    const order = new HeadOrder(BOUND_MS);
    expect(recipes(order.order([head("cold", 3), head("warm", 4)], loaded("warm")))).toEqual([
      "warm",
      "cold",
    ]);
    expect(recipes(order.order([head("cold", 3), head("warm", 5)], loaded("warm")))).toEqual([
      "cold",
      "warm",
    ]);
  });

  it("passes a head over for no longer than the bound", () => {
    const order = new HeadOrder(BOUND_MS);
    const heads = [head("cold", 3), head("warm", 4)];
    expect(recipes(order.order(heads, loaded("warm"), 0))).toEqual(["warm", "cold"]);
    expect(recipes(order.order(heads, loaded("warm"), BOUND_MS - 1))).toEqual(["warm", "cold"]);
    expect(recipes(order.order(heads, loaded("warm"), BOUND_MS))).toEqual(["cold", "warm"]);
  });

  it("counts the bound for each head anew: an old one in a long queue may still wait for a loaded variant", () => {
    const order = new HeadOrder(BOUND_MS);
    const warm = head("warm", 4);
    order.order([head("cold", 3), warm], loaded("warm"), 0);
    const next = { ...head("cold", 3), id: "the next one" };
    expect(recipes(order.order([next, warm], loaded("warm"), BOUND_MS))).toEqual(["warm", "cold"]);
  });
});
