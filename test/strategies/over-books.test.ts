/** What every strategy keeps that looks at order books: over random ones at simulated venues, with feed, orders and answers that take time. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseParams } from "../../domain/strategy/params.ts";
import type { Params, Saved, Trader } from "../../domain/strategy/strategy.ts";
import { strategies } from "../../strategies/index.ts";
import { refused } from "../refused.ts";
import { grounds, startedRig, tellBooks } from "./books.ts";
import { anyParams } from "./markets.ts";
import { quick } from "./quick.ts";
import type { VenuesRig } from "./venues-rig.ts";

const overBooks = [...strategies].filter(([, one]) => one.needs(parseParams(one)).books === true);

/** The books of `rounds`, each a little apart from the others' now and then; `other` is the seed from round `cut` on. */
const trade = (
  rig: VenuesRig,
  name: string,
  seed: number,
  rounds = 60,
  cut = rounds,
  other = seed,
): VenuesRig => {
  for (let k = 0; k < rounds; k += 1) tellBooks(rig, name, `${k < cut ? seed : other} ${k}`);
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
    trade(startedRig(strategy, params), name, seed, 60, ...cut);

  it("decides the same on the same books, and trades", () => {
    const once = run(lively, 3);
    expect(once.asked.length).toBeGreaterThan(10);
    expect(run(lively, 3).asked).toEqual(once.asked);
  });

  it("a changed future changes no earlier decision", () => {
    const whole = run(lively, 3);
    const changed = run(lively, 3, 30, 4);
    const before = trade(startedRig(strategy, lively), name, 3, 30);
    expect(before.asked.length).toBeGreaterThan(0);
    for (const rig of [whole, changed])
      expect(rig.asked.filter((one) => parseFloat(one) <= before.now)).toEqual(before.asked);
  });

  it("decides the same though it is saved and loaded, through JSON, before every event", () => {
    expect(trade(restless(startedRig(strategy, lively)), name, 5).asked).toEqual(run(lively, 5).asked);
    fc.assert(
      fc.property(anyParams(strategy), anySeed, (params, seed) => {
        const whole = trade(startedRig(strategy, params), name, seed, 20);
        expect(trade(restless(startedRig(strategy, params)), name, seed, 20).asked).toEqual(whole.asked);
      }),
      { numRuns: 6 },
    );
  });

  it("survives any genome in its range, and never spends what it has not", () => {
    fc.assert(
      fc.property(anyParams(strategy), anySeed, (params, seed) => {
        const rig = trade(startedRig(strategy, params), name, seed, 30);
        for (const { quote, base } of rig.market)
          for (const asset of [quote, base]) expect(rig.total(0, asset)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 15 },
    );
  });

  it("keeps no more as its history grows", () => {
    const rig = trade(startedRig(strategy, lively), name, 3, 100);
    const early = JSON.stringify(rig.trader.save()).length;
    const asked = rig.asked.length;
    trade(rig, name, 4, 300);
    expect(rig.asked.length).toBeGreaterThan(2 * asked);
    expect(JSON.stringify(rig.trader.save()).length).toBeLessThan(early * 1.1 + 200);
  });

  it("asks for nothing while it is mute", () => {
    const rig = startedRig(strategy, lively);
    rig.desk.mute = true;
    expect(trade(rig, name, 3).asked).toEqual([]);
    rig.desk.mute = false;
    expect(trade(rig, name, 4).asked.length).toBeGreaterThan(0);
  });

  it("refuses a state saved for other parameters or instruments", () => {
    const rig = startedRig(strategy, lively);
    const saved = rig.trader.save();
    expect(refused(() => startedRig(strategy, { ...lively, exposure: 0.5 }).trader.load(saved))).toMatch(
      /^saved\./,
    );
    expect(refused(() => rig.start().load({ ...saved, lanes: [] }))).toBe("saved.lanes");
  });
});
