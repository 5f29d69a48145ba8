/** Markets and a strategy made by chance: what no hand would have written. */
import { Chance } from "../../../domain/values/chance.ts";
import type { Row, Script } from "./scripted.ts";

/** A random walk with gaps between candles, and now and then no candle. */
export const walk = (seed: number, count: number): (Row | undefined)[] => {
  const chance = new Chance(seed);
  let price = 100;
  const cents = (value: number): number => Math.round(value * 100) / 100;
  return Array.from({ length: count }, (_, k) => {
    const open = cents(price * (1 + 0.004 * chance.gaussian()));
    const close = cents(open * (1 + 0.01 * chance.gaussian()));
    const high = cents(Math.max(open, close) * (1 + 0.005 * chance.next()));
    const low = cents(Math.min(open, close) * (1 - 0.005 * chance.next()));
    price = close;
    return k > 0 && chance.next() < 0.1 ? undefined : [open, high, low, close, 10];
  });
};

/** Does something at random, out of nothing but its seed and what it is told. */
export const restless = (seed: number): Script => ({
  onCandle: ({ k, i, candle: { close } }, desk) => {
    const chance = new Chance(seed).fork(`${k}`);
    const what = chance.integer(8);
    if (what === 0) desk.aim(i, 0.1 + 0.4 * chance.next(), "in");
    if (what === 1) desk.aim(i, 0, "out");
    if (what === 2) desk.protect(i, close * (0.98 + 0.015 * chance.next()));
    if (what === 3)
      desk.place(
        { i, side: "buy", type: "limit", quantity: 0.5 + chance.next(), price: close * 0.995 },
        `b${k}`,
      );
    if (what === 4 && desk.position(i) > 0)
      desk.place(
        { i, side: "sell", type: "limit", quantity: desk.position(i) / 2, price: close * 1.005 },
        `s${k}`,
      );
    if (what === 5) for (const { tag } of desk.orders()) if (tag !== "protection") desk.cancel(tag);
    if (what === 6)
      desk.place({ i, side: "buy", type: "stop-market", quantity: 0.5, stopPrice: close * 1.01 }, `u${k}`);
  },
  onOrder: ({ tag, status, i, price, filled }, desk) => {
    if (status === "partial" && tag.startsWith("b") && price > 0)
      desk.place({ i, side: "sell", type: "limit", quantity: filled, price: price * 1.004 }, `t${tag}`);
  },
});
