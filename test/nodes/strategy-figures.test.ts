/** What is watched of strategies, from their traders to Prometheus: what an arbitrage held unhedged (and who halts is told), inventory, predictions. */
import { expect, it } from "vitest";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { AccountId, InstrumentId, StrategyId, Timestamp, VenueId } from "../../domain/values/values.ts";
import { TraderDesk } from "../../domain/strategy/desk.ts";
import { Board, type Instrument as Series } from "../../nodes/metrics/board.ts";
import { catalog, type Name } from "../../nodes/metrics/catalog.ts";
import { openLegsOf, openLegsText } from "../../nodes/open-legs.ts";
import { figures } from "../../nodes/metrics/figures.ts";
import { figures as figuresOf, inspection } from "../../actors/strategy/inspection.ts";
import { guidedBy } from "../../domain/strategy/guided.ts";
import { parseGuidance } from "../../domain/strategy/guidance.ts";
import { parsePredictions } from "../../domain/strategy/predictions.ts";
import { marketMaker } from "../../strategies/market-maker.ts";
import { crossVenueArbitrage } from "../../strategies/cross-venue-arbitrage.ts";
import { parseParams } from "../../domain/strategy/params.ts";
import { instrument } from "../domain/portfolio/words.ts";

const venues = ["one", "two"] as const;
const market = venues.map((venue): Instrument => ({
  ...instrument(),
  ...{ id: `${venue}:BTC/USDT` as InstrumentId, venue: venue as VenueId },
}));
const instruments = market.map(({ id }) => id);

type Labels = Readonly<Record<string, string>>;
const of = (name: string, labels: Labels): string => [name, ...Object.values(labels).slice(1)].join(" ");

const board = () => {
  const values = new Map<string, number>();
  const series = Object.fromEntries(
    Object.entries(catalog).map(([name, { type }]): [string, Series] => [
      name,
      {
        ...(type === "Gauge"
          ? { set: (labels: Labels, value: number) => void values.set(of(name, labels), value) }
          : {}),
        inc: (labels: Labels, value: number) =>
          void values.set(of(name, labels), (values.get(of(name, labels)) ?? 0) + value),
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
  const wire = { ask: () => Promise.resolve(view) };
  const configured = { strategies: [{ id: "arb", instruments }] };
  await figures({ wire, settings: configured } as never, "arb", shown);
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

it("tells what a guided market maker holds, and how old and of what use its predictions are", async () => {
  const params = parseParams(marketMaker, { exposure: 1 }, "params");
  const told = parsePredictions("ts_ms,symbol,score,confidence\n60000,BTC/USDT,-1,1", "file");
  const guide = { guidance: parseGuidance({ mode: "veto" }, "guide"), source: told };
  const strategy = guidedBy(marketMaker, guide);
  const make = () => strategy.start(params, [instrument()]);
  const trader = make();
  const desk = new TraderDesk(1);
  desk.equity = 1_000;
  const close = (closes: number, held: number, minute: number): void => {
    desk.now = (minute * 60_000) as Timestamp;
    desk.positions[0] = held;
    const candle = { openAt: desk.now - 60_000, open: closes, high: closes, low: closes, close: closes };
    trader.onCandle({ ...candle, volume: 1 } as never, 0, "1m", desk);
    desk.take();
  };
  for (let minute = 2; minute < 40; minute += 1) close(100 + (minute % 3), 4, minute);
  close(100, 1.5, 40);
  const saved = trader.save();
  const again = make();
  again.load(structuredClone(saved));
  for (const one of [trader, again]) {
    const { values, board: shown } = board();
    // 4 at 102 was the most.
    const view = figuresOf(desk, one, 2_460_000 as Timestamp);
    const wire = { ask: () => Promise.resolve(view) };
    const settings = { strategies: [{ id: "m", instruments: [instrument().id] }] };
    const marketNow = () => 2_460_000 as Timestamp;
    await figures({ wire, settings, marketNow } as never, "m", shown);
    const counted = view.guiding!.counts[0]!["model-against"]!;
    expect(counted).toBeGreaterThan(0);
    expect(Object.fromEntries(values)).toEqual({
      "inventory_notional sandbox:BTC/USDT": 150,
      "inventory_notional_peak sandbox:BTC/USDT": 408,
      // Told at the first minute, and now it is the 41st.
      "prediction_age_seconds sandbox:BTC/USDT": 2_400,
      "prediction_entries_total sandbox:BTC/USDT model-against": counted,
    });
  }
  // One saved before they were counted by instrument.
  again.load({ ...structuredClone(saved), counts: { "model-stale": 3 } });
  expect(again.guiding!(0 as Timestamp)).toMatchObject({ newest: [null], counts: [{ "model-stale": 3 }] });
});
