/** What every strategy keeps that looks at order books: over random ones at simulated venues, with feed, orders and answers that take time. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseParams } from "../../domain/strategy/params.ts";
import type { Params, Saved, Strategy, Trader } from "../../domain/strategy/strategy.ts";
import { Chance } from "../../domain/values/chance.ts";
import { strategies } from "../../strategies/index.ts";
import { refused } from "../refused.ts";
import { anyParams } from "./markets.ts";
import { quick } from "./quick.ts";
import { VenuesRig } from "./venues-rig.ts";

const grounds: Readonly<Record<string, readonly (readonly [pair: string, price: number])[]>> = {
  "cross-venue-arbitrage": [["one:BTC/USDT", 100], ["two:BTC/USDT", 100]], // prettier-ignore
  "triangular-arbitrage": [["one:BTC/USDT", 50_000], ["one:ETH/USDT", 2_500], ["one:ETH/BTC", 0.05]], // prettier-ignore
};
const overBooks = [...strategies].filter(([, one]) => one.needs(parseParams(one)).books === true);

const started = (strategy: Strategy, params: Params): VenuesRig =>
  new VenuesRig({
    ...{ strategy, params, pairs: grounds[strategy.name]!.map(([pair]) => pair) },
    ...{ balances: { USDT: "10000" }, takerBps: 2 },
  });

/** The books of `rounds`, each a little apart from the others' now and then; `other` is the seed from round `cut` on. */
const trade = (
  rig: VenuesRig,
  name: string,
  seed: number,
  rounds = 60,
  cut = rounds,
  other = seed,
): VenuesRig => {
  for (let k = 0; k < rounds; k += 1) {
    const chance = new Chance(`${k < cut ? seed : other} ${k}`);
    for (const [i, [, price]] of grounds[name]!.entries()) {
      const middle = price * (1 + 0.004 * (chance.next() - 0.5) * (chance.next() < 0.3 ? 5 : 1));
      const size = (1_000 / price) * (1 + 20 * chance.next());
      const side = (way: 1 | -1) =>
        [1, 2, 4].map((far) => [middle * (1 + way * far * 2e-4), size * far] as const);
      rig.book(i, side(-1), side(1));
    }
    rig.run(rig.now + 40 + Math.floor(chance.next() * 80));
  }
  return rig;
};

const restart = (rig: VenuesRig, trader: Trader): Trader => {
  const saved = JSON.stringify(trader.save());
  const again = rig.start();
  again.load(JSON.parse(saved) as Saved);
  return again;
};

/** From now on its trader is saved, forgotten and loaded before each event. */
const restless = (rig: VenuesRig): VenuesRig => {
  let trader = rig.trader;
  const renewed = (): Trader => (trader = restart(rig, trader));
  rig.trader = {
    onCandle: (...told) => renewed().onCandle(...told),
    onBook: (...told) => renewed().onBook?.(...told),
    onQuote: (...told) => renewed().onQuote?.(...told),
    onOrder: (...told) => renewed().onOrder?.(...told),
    onTimer: (...told) => renewed().onTimer?.(...told),
    save: () => trader.save(),
    load: (saved) => trader.load(saved),
  };
  return rig;
};

const anySeed = fc.integer({ min: 0, max: 1_000 });

it("all that do are here", () => {
  expect(overBooks.map(([name]) => name).sort()).toEqual(Object.keys(grounds).sort());
});

describe.each(overBooks)("%s", (name, strategy) => {
  const lively = quick[name]!;
  const run = (params: Params, seed: number, ...cut: readonly number[]): VenuesRig =>
    trade(started(strategy, params), name, seed, 60, ...cut);

  it("decides the same on the same books, and trades", () => {
    const once = run(lively, 3);
    expect(once.asked.length).toBeGreaterThan(10);
    expect(run(lively, 3).asked).toEqual(once.asked);
  });

  it("a changed future changes no earlier decision", () => {
    const whole = run(lively, 3);
    const changed = run(lively, 3, 30, 4);
    const before = trade(started(strategy, lively), name, 3, 30);
    expect(before.asked.length).toBeGreaterThan(0);
    for (const rig of [whole, changed])
      expect(rig.asked.filter((one) => parseFloat(one) <= before.now)).toEqual(before.asked);
  });

  it("decides the same though it is saved and loaded, through JSON, before every event", () => {
    expect(trade(restless(started(strategy, lively)), name, 5).asked).toEqual(run(lively, 5).asked);
    fc.assert(
      fc.property(anyParams(strategy), anySeed, (params, seed) => {
        const whole = trade(started(strategy, params), name, seed, 20);
        expect(trade(restless(started(strategy, params)), name, seed, 20).asked).toEqual(whole.asked);
      }),
      { numRuns: 6 },
    );
  });

  it("survives any genome in its range, and never spends what it has not", () => {
    fc.assert(
      fc.property(anyParams(strategy), anySeed, (params, seed) => {
        const rig = trade(started(strategy, params), name, seed, 30);
        for (const { quote, base } of rig.market)
          for (const asset of [quote, base]) expect(rig.total(0, asset)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 15 },
    );
  });

  it("keeps no more as its history grows", () => {
    const rig = trade(started(strategy, lively), name, 3, 100);
    const early = JSON.stringify(rig.trader.save()).length;
    const asked = rig.asked.length;
    trade(rig, name, 4, 300);
    expect(rig.asked.length).toBeGreaterThan(2 * asked);
    expect(JSON.stringify(rig.trader.save()).length).toBeLessThan(early * 1.1 + 200);
  });

  it("asks for nothing while it is mute", () => {
    const rig = started(strategy, lively);
    rig.desk.mute = true;
    expect(trade(rig, name, 3).asked).toEqual([]);
    rig.desk.mute = false;
    expect(trade(rig, name, 4).asked.length).toBeGreaterThan(0);
  });

  it("refuses a state saved for other parameters or instruments", () => {
    const rig = started(strategy, lively);
    const saved = rig.trader.save();
    expect(refused(() => started(strategy, { ...lively, exposure: 0.5 }).trader.load(saved))).toMatch(
      /^saved\./,
    );
    expect(refused(() => rig.start().load({ ...saved, lanes: [] }))).toBe("saved.lanes");
  });
});
