/**
 * Aims at every candle's close at something drawn from its own seed, so that all strategies act often and each
 * differently, and keeps the candles it has seen: a witness of what a strategy is told across moves and restarts.
 */
import type { Candle, Timeframe } from "../../../domain/market/candle.ts";
import type { Desk, Strategy, Trader } from "../../../domain/strategy/strategy.ts";
import { Chance } from "../../../domain/values/chance.ts";

interface RestlessParams {
  readonly [name: string]: number | boolean | string;
  readonly seed: number;
  readonly timeframe: string;
  readonly exposure: number;
  readonly keeps: boolean;
  readonly shorts: boolean;
}

export type Seen = readonly [
  openAt: number,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
];

class Restless implements Trader {
  readonly params: RestlessParams;
  told = 0;
  seen: Seen[][];

  constructor(params: RestlessParams, count: number) {
    this.params = params;
    this.seen = Array.from({ length: count }, () => []);
  }

  onCandle({ openAt, open, high, low, close, volume }: Candle, i: number, _: Timeframe, desk: Desk): void {
    this.told += 1;
    if (this.params.keeps) this.seen[i]!.push([openAt, open, high, low, close, volume]);
    // Drawn from seed and candle alone: whoever is told the same candle aims at the same.
    const chance = new Chance(this.params.seed * 1_000_003 + i * 7_919 + Math.floor(openAt / 60_000));
    const draw = chance.next();
    // At the first close everybody buys; later a third gives up what it has.
    const { shorts, exposure } = this.params;
    if (shorts) {
      desk.aim(i, (2 * draw - 1) * exposure, "restless", draw);
      return;
    }
    const wanted = this.told > 1 && draw < 0.3 ? 0 : (0.1 + 0.9 * draw) * exposure;
    desk.aim(i, wanted, "restless", draw);
  }

  save() {
    return { told: this.told, seen: this.seen };
  }

  load(saved: Readonly<Record<string, unknown>>): void {
    this.told = saved["told"] as number;
    this.seen = saved["seen"] as Seen[][];
  }
}

export const strategy: Strategy<RestlessParams> = {
  name: "restless",
  about: "Aims at something else after every candle, by its own seed.",
  genes: {
    seed: { kind: "integer", min: 0, max: 1_000_000, unit: "", default: 1, about: "Of its draws." },
    timeframe: { kind: "choice", choices: ["1m", "5m"], default: "1m", about: "Candles to act on." },
    exposure: { kind: "real", min: 0, max: 1, unit: "fraction of equity", default: 0.9, about: "At most." },
    shorts: { kind: "flag", default: false, about: "Whether to go short as often as long." },
    keeps: { kind: "flag", default: false, about: "Whether to keep the candles seen." },
  },
  needs: ({ timeframe }) => ({ timeframes: [timeframe as Timeframe], warmupCandles: 0 }),
  start: (params, market) => new Restless(params, market.length),
};
