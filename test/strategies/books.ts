/** Random order books for the strategies that look at them, a few pairs each, at simulated venues. */
import type { Params, Strategy } from "../../domain/strategy/strategy.ts";
import { Chance } from "../../domain/values/chance.ts";
import { VenuesRig } from "./venues-rig.ts";

export const grounds: Readonly<Record<string, readonly (readonly [pair: string, price: number])[]>> = {
  "cross-venue-arbitrage": [["one:BTC/USDT", 100], ["two:BTC/USDT", 100]], // prettier-ignore
  "triangular-arbitrage": [["one:BTC/USDT", 50_000], ["one:ETH/USDT", 2_500], ["one:ETH/BTC", 0.05]], // prettier-ignore
};

export const startedRig = (strategy: Strategy, params: Params): VenuesRig =>
  new VenuesRig({
    ...{ strategy, params, pairs: grounds[strategy.name]!.map(([pair]) => pair) },
    ...{ balances: { USDT: "10000" }, takerBps: 2 },
  });

/** One round of books of the strategy's pairs, each a little apart from the others' now and then, all by the seed. */
export const tellBooks = (rig: VenuesRig, name: string, seed: string): void => {
  const chance = new Chance(seed);
  for (const [i, [, price]] of grounds[name]!.entries()) {
    const middle = price * (1 + 0.004 * (chance.next() - 0.5) * (chance.next() < 0.3 ? 5 : 1));
    const size = (1_000 / price) * (1 + 20 * chance.next());
    const side = (way: 1 | -1) =>
      [1, 2, 4].map((far) => [middle * (1 + way * far * 2e-4), size * far] as const);
    rig.book(i, side(-1), side(1));
  }
  rig.run(rig.now + 40 + Math.floor(chance.next() * 80));
};
