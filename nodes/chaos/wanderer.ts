/**
 * The strategy of simulated clusters: after every candle it does something drawn from its own seed and that candle (aims,
 * rests an order, cancels it), so that a candle told again would do the same again. It notes every candle that does not
 * follow the one before: a witness of what strategies are told across moves and crashes.
 */
import type { Candle, Timeframe } from "../../domain/market/candle.ts";
import type { Desk, Strategy, Trader } from "../../domain/strategy/strategy.ts";
import { Chance } from "../../domain/values/chance.ts";

const MINUTE_MS = 60_000;

interface WandererParams {
  readonly [name: string]: number | boolean | string;
  readonly seed: number;
  readonly protects: boolean;
  readonly targets: boolean;
}

class Wanderer implements Trader {
  readonly #seed: number;
  readonly #protects: boolean;
  readonly #targets: boolean;
  #last = 0;
  #told = 0;
  readonly #breaks: string[] = [];

  constructor({ seed, protects, targets }: WandererParams) {
    this.#seed = seed;
    this.#protects = protects;
    this.#targets = targets;
  }

  onCandle({ openAt, close }: Candle, i: number, _: Timeframe, desk: Desk): void {
    if (this.#told > 0 && openAt !== this.#last + MINUTE_MS)
      this.#breaks.push(`${openAt} after ${this.#last}`);
    this.#last = openAt;
    this.#told += 1;
    const chance = new Chance(this.#seed * 7_919 + openAt / MINUTE_MS);
    const draw = chance.next();
    const tag = `rest-${openAt / MINUTE_MS}`;
    if (draw < 0.5) desk.aim(i, 0.9 * chance.next(), "wander", draw);
    else if (draw < 0.6) desk.aim(i, 0, "home", draw);
    else if (draw < 0.8) {
      const price = close * (0.9995 - 0.001 * chance.next());
      desk.place({ i, side: "buy", type: "limit", quantity: (0.1 * desk.equity) / close, price }, tag);
    } else if (desk.position(i) > 0)
      desk.place(
        { i, side: "sell", type: "limit", quantity: desk.position(i) / 2, price: close * 1.0005 },
        tag,
      );
    // Near enough to be reached, and moved now and then.
    if (this.#protects && desk.position(i) > 0 && chance.next() < 0.7)
      desk.protect(i, close * 0.9997, "near", this.#targets ? laddered(close) : []);
    for (const order of [...desk.orders()]) if (chance.next() < 0.4) desk.cancel(order.tag);
  }

  save() {
    return { last: this.#last, told: this.#told, breaks: [...this.#breaks] };
  }

  load({ last, told, breaks }: Readonly<Record<string, unknown>>): void {
    this.#last = last as number;
    this.#told = told as number;
    this.#breaks.push(...(breaks as string[]));
  }
}

/** Near enough to be reached, too. */
const laddered = (close: number) => [
  { price: close * 1.0002, part: 0.5 },
  { price: close * 1.0004, part: 0.6 },
  { price: close * 1.0007, part: 1 },
];

export const wanderer: Strategy<WandererParams> = {
  name: "wanderer",
  about: "Wanders about by its own seed; for simulated clusters.",
  genes: {
    seed: { kind: "integer", min: 0, max: 1_000_000, unit: "", default: 1, about: "Of its draws." },
    protects: { kind: "flag", default: false, about: "Whether its positions have stops." },
    targets: { kind: "flag", default: false, about: "Whether they have targets beside those." },
  },
  needs: () => ({ timeframes: ["1m"], warmupCandles: 0 }),
  start: (params) => new Wanderer(params),
};
