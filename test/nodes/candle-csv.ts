/** A file of hourly candles: a slow wave with noise, equal for equal seeds, on which an average cross can earn. */
import { writeFileSync } from "node:fs";
import { Chance } from "../../domain/values/chance.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2021, 0, 1);

export const writeCandles = (path: string, count: number, seed = 1): string => {
  const chance = new Chance(seed);
  const lines = ["ts_ms,open,high,low,close,volume"];
  let last = 100;
  for (let i = 0; i < count; i += 1) {
    const close = Math.max(1, 100 + 20 * Math.sin(i / 40) + 2 * chance.gaussian());
    const [open, high, low] = [last, Math.max(last, close) + 0.5, Math.min(last, close) - 0.5];
    lines.push([START + i * HOUR, open, high, low, close, 1_000].join(","));
    last = close;
  }
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
};
