/** Keeps a limit order beside the market and replaces it at every candle: cancels, resting orders, partial fills. */
import type { Candle, Timeframe } from "../../../domain/market/candle.ts";
import type { Desk, Strategy, Trader } from "../../../domain/strategy/strategy.ts";
import { Chance } from "../../../domain/values/chance.ts";

interface FidgetyParams {
  readonly [name: string]: number | boolean | string;
  readonly seed: number;
}

class Fidgety implements Trader {
  private readonly seed: number;

  constructor({ seed }: FidgetyParams) {
    this.seed = seed;
  }

  onCandle({ openAt, close }: Candle, i: number, _: Timeframe, desk: Desk): void {
    for (const { tag } of desk.orders()) desk.cancel(tag);
    const chance = new Chance(this.seed * 1_000_003 + Math.floor(openAt / 60_000));
    const quantity = (desk.equity * 0.2) / close;
    const held = desk.position(i);
    const away = 0.0005 * chance.next() * close;
    const tag = `fidget-${openAt}`;
    if (held > quantity)
      desk.place({ i, side: "sell", type: "limit", quantity: held, price: close + away }, tag);
    else desk.place({ i, side: "buy", type: "limit", quantity, price: close - away }, tag);
  }

  save() {
    return {};
  }

  load(): void {}
}

export const strategy: Strategy<FidgetyParams> = {
  name: "fidgety",
  about: "A limit order beside the market, another after every candle.",
  genes: {
    seed: { kind: "integer", min: 0, max: 1_000_000, unit: "", default: 1, about: "Of its prices." },
  },
  needs: () => ({ timeframes: ["1m"], warmupCandles: 0 }),
  start: (params) => new Fidgety(params),
};
