/** What an arbitrage held unhedged, from its trader to Prometheus and to whoever halts. */
import { expect, it } from "vitest";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { AccountId, InstrumentId, StrategyId, Timestamp, VenueId } from "../../domain/values/values.ts";
import { TraderDesk } from "../../domain/strategy/desk.ts";
import { Board, type Instrument as Series } from "../../nodes/metrics/board.ts";
import { catalog, type Name } from "../../nodes/metrics/catalog.ts";
import { openLegsOf, openLegsText } from "../../nodes/open-legs.ts";
import { unhedged } from "../../nodes/metrics/unhedged.ts";
import { inspection } from "../../actors/strategy/inspection.ts";
import { crossVenueArbitrage } from "../../strategies/cross-venue-arbitrage.ts";
import { parseParams } from "../../domain/strategy/params.ts";
import { instrument } from "../domain/portfolio/words.ts";

const venues = ["one", "two"] as const;
const market = venues.map((venue): Instrument => ({
  ...instrument(),
  ...{ id: `${venue}:BTC/USDT` as InstrumentId, venue: venue as VenueId },
}));
const instruments = market.map(({ id }) => id);

const board = () => {
  const values = new Map<string, number>();
  const series = Object.fromEntries(
    Object.entries(catalog).map(([name, { type }]): [string, Series] => [
      name,
      {
        ...(type === "Gauge" ? { set: (_: unknown, value: number) => void values.set(name, value) } : {}),
        inc: (_: unknown, value: number) => void values.set(name, (values.get(name) ?? 0) + value),
        reset: () => undefined,
      },
    ]),
  ) as Record<Name, Series>;
  return { values, board: new Board(series) };
};

it("tells of the episodes and of the one that is still open", async () => {
  const params = parseParams(crossVenueArbitrage, {}, "params");
  const trader = crossVenueArbitrage.start(params, market);
  const saved = structuredClone(trader.save()) as unknown as {
    lanes: { exposure: Record<string, number> }[];
  };
  // Two stretches: 200 for three seconds, and 150 for two so far.
  Object.assign(saved.lanes[0]!.exposure, {
    ...{ base: 1.5, notional: 150, episodes: 2, unhedgedMs: 3_000, longestMs: 3_000 },
    ...{ notionalMs: 600_000, peakNotional: 200, since: 10_000, at: 10_000 },
  });
  trader.load(saved);
  const desk = new TraderDesk(2);
  desk.now = 12_000 as Timestamp;
  const settings = {
    ...{
      id: "arb" as StrategyId,
      portfolio: "main",
      accounts: new Map([["one" as VenueId, "a" as AccountId]]),
    },
    ...{ strategy: crossVenueArbitrage, instruments, params },
  };
  const counted = { running: true, candles: 0, proposals: 0, lastCandleAt: 0 };
  const view = inspection(settings, counted, desk, trader);
  expect(view.unhedged).toMatchObject({ seconds: 5, longestSeconds: 3, notionalSeconds: 900, notional: 150 });

  const { values, board: shown } = board();
  let asked = 0;
  const wire = {
    ask: () => {
      asked += 1;
      return Promise.resolve(view);
    },
  };
  const configured = {
    strategies: [
      { id: "arb", instruments },
      { id: "one", instruments: instruments.slice(1) },
    ],
  };
  for (const id of ["arb", "one"]) await unhedged({ wire, settings: configured } as never, id, shown);
  expect(asked).toBe(1);
  const legs = [
    { id: "arb", portfolio: "main", enabled: true, instruments },
    { id: "other", portfolio: "other", enabled: true, instruments },
    { id: "off", portfolio: "main", enabled: false, instruments },
    { id: "single", portfolio: "main", enabled: true, instruments: instruments.slice(1) },
  ];
  const mute = {
    ask: (_kind: string, id: string) => (id === "arb" ? wire.ask() : Promise.reject(new Error("gone"))),
  };
  const told = await openLegsOf({ wire: mute, settings: { strategies: legs } } as never, () => true);
  const gap = {
    portfolio: "main",
    strategy: "arb",
    quantity: 1.5,
    asset: "BTC",
    notional: 150,
    quote: "USDT",
  };
  expect(told).toEqual({ openLegs: [gap], unheard: ["other"] });
  expect(openLegsText(told)).toEqual([
    "open leg of arb: 1.5 BTC too much bought, worth 150.00 USDT",
    "open legs not known of other: no answer",
  ]);
  const ofOther = await openLegsOf(
    { wire: mute, settings: { strategies: legs } } as never,
    (one) => one.portfolio === "none",
  );
  expect(ofOther).toEqual({ openLegs: [], unheard: [] });
  expect(Object.fromEntries(values)).toEqual({
    ...{ unhedged_seconds_total: 5, unhedged_notional_seconds_total: 900, unhedged_episodes_total: 2 },
    ...{ unhedged_notional: 150, unhedged_notional_peak: 200 },
  });
});
