import { describe, expect, it } from "vitest";
import { TraderDesk } from "../../../domain/strategy/desk.ts";
import type { OrderRequest } from "../../../domain/strategy/strategy.ts";
import { timestamp } from "../../../domain/values/values.ts";
import { refused } from "../../refused.ts";

const limit: OrderRequest = { i: 0, side: "buy", type: "limit", quantity: 1, price: 100 };
const AT = timestamp(1_723_161_255_208);

describe("TraderDesk", () => {
  it("shows what its owner wrote", () => {
    const desk = new TraderDesk(2);
    desk.exposures[1] = 0.5;
    desk.positions[1] = 3;
    const quote = { at: AT, bid: 1, bidQuantity: 2, ask: 3, askQuantity: 4 };
    desk.quotes[1] = quote;
    const open = { i: 0, tag: "entry", side: "buy", price: 1, remaining: 2 } as const;
    desk.open = [open];
    expect([desk.exposure(1), desk.position(1), desk.quote(1), [...desk.orders()]]).toEqual([
      0.5,
      3,
      quote,
      [open],
    ]);
    expect([desk.exposure(0), desk.position(0), desk.quote(0).bid]).toEqual([0, 0, Number.NaN]);
  });

  it("gives what was asked once, in order, and the last aim of each instrument", () => {
    const desk = new TraderDesk(2);
    desk.aim(0, 1, "first", 7);
    desk.aim(1, 0.5, "other");
    desk.place(limit, "entry");
    desk.aim(0, -1, "second", 8, 9);
    desk.cancel("entry");
    desk.wake(AT);
    expect(desk.take()).toEqual([
      { type: "aim", i: 1, exposure: 0.5, reason: "other", numbers: [] },
      { type: "place", request: limit, tag: "entry" },
      { type: "aim", i: 0, exposure: -1, reason: "second", numbers: [8, 9] },
      { type: "cancel", tag: "entry" },
      { type: "wake", at: AT },
    ]);
    expect(desk.take()).toEqual([]);
  });

  it("what was taken stays as it was while the next turn asks", () => {
    const desk = new TraderDesk(1);
    desk.aim(0, 1, "one");
    const taken = desk.take();
    desk.aim(0, 0, "two");
    expect(taken).toHaveLength(1);
  });

  it("allocates nothing when nothing is asked", () => {
    expect(new TraderDesk(1).take()).toBe(new TraderDesk(1).take());
  });

  it("muted it drops aims, orders and cancels, and keeps wakes", () => {
    const desk = new TraderDesk(1);
    desk.mute = true;
    desk.aim(0, 1, "warm-up");
    desk.place(limit, "entry");
    desk.cancel("entry");
    desk.wake(AT);
    desk.mute = false;
    expect(desk.take()).toEqual([{ type: "wake", at: AT }]);
  });

  it.each<[string, (desk: TraderDesk) => void]>([
    ["aim.exposure", (desk) => desk.aim(0, Number.NaN, "nonsense")],
    ["i", (desk) => desk.aim(2, 1, "no such instrument")],
    ["i", (desk) => void desk.exposure(-1)],
    ["i", (desk) => void desk.quote(2)],
    ["i", (desk) => desk.place({ ...limit, i: 2 }, "entry")],
    ["place.tag", (desk) => desk.place(limit, "")],
    ["place.quantity", (desk) => desk.place({ ...limit, quantity: Number.NaN }, "entry")],
    ["place.quantity", (desk) => desk.place({ ...limit, quantity: 0 }, "entry")],
    ["place.price", (desk) => desk.place({ i: 0, side: "buy", type: "limit", quantity: 1 }, "entry")],
    ["place.stopPrice", (desk) => desk.place({ ...limit, type: "stop-limit" }, "entry")],
    ["wake.at", (desk) => desk.wake(timestamp(Infinity))],
  ])("names %s when a trader asks nonsense, muted or not", (field, ask) => {
    for (const mute of [false, true]) {
      const desk = new TraderDesk(2);
      desk.mute = mute;
      expect(refused(() => ask(desk))).toBe(field);
      expect(desk.take()).toEqual([]);
    }
  });
});
