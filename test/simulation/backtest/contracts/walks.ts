/** Prices and wishes of chance, by seed, for properties of backtests. */
import { Chance } from "../../../../domain/values/chance.ts";
import type { Row, Script } from "../scripted.ts";

const cents = (value: number): number => Math.round(value * 100) / 100;

export const walk = (seed: number, count: number): Row[] => {
  const chance = new Chance(seed);
  let price = 100;
  return Array.from({ length: count }, () => {
    const open = cents(price * (1 + 0.004 * chance.gaussian()));
    const close = cents(open * (1 + 0.02 * chance.gaussian()));
    const high = cents(Math.max(open, close) * (1 + 0.01 * chance.next()));
    const low = cents(Math.min(open, close) * (1 - 0.01 * chance.next()));
    price = close;
    return [open, high, low, close, 10];
  });
};

/** Aims between `least` and `most`, now and then out. */
export const aiming = (seed: number, least: number, most: number): Script => ({
  onCandle: ({ k, i }, desk) => {
    const chance = new Chance(seed).fork(`${k}`);
    const what = chance.integer(4);
    if (what === 0) desk.aim(i, least + (most - least) * chance.next(), "in");
    if (what === 1) desk.aim(i, 0, "out");
  },
});
