/** What time the exchange actor tells quiet instruments: the venue's, and none by a clock that was just stepped. */
import { expect, it } from "vitest";
import { exchangeActor, type OpenedMarket } from "../../actors/exchange.actor.ts";
import { systemClock } from "../../adapters/clock/clock.ts";
import type { MarketSink } from "../../adapters/venue/venue.ts";
import { ref } from "../../contracts/contract.ts";
import { ExchangeContract } from "../../contracts/exchange.ts";
import { rawSubject, type RawBatch } from "../../contracts/market.ts";
import type { Trade } from "../../domain/market/tick.ts";
import type { InstrumentId, Timestamp, VenueId } from "../../domain/values/values.ts";
import { Activity } from "../../mixins/activity.ts";
import { startNode } from "../mixins/node.ts";
import { eventually } from "../servers.ts";

it("tells the venue's time, and nothing by a stepped clock until it was compared again", async () => {
  const node = await startNode({ hostId: "alone" });
  let steppedMs = 0;
  let offsetMs = 0;
  let asked = 0;
  let behind = "sea:ETH/USDT";
  const heard: string[] = [];
  const market = {
    venue: "sea" as VenueId,
    instruments: () => Promise.resolve([{ id: "sea:BTC/USDT" }, { id: "sea:ETH/USDT" }]),
    whole: (instrument: InstrumentId) => instrument !== behind,
    clockOffsetMs: () => offsetMs,
    clockOffMs: () => {
      asked += 1;
      return Math.abs(steppedMs + offsetMs);
    },
    close: () => Promise.resolve(),
  } as unknown as OpenedMarket;
  const clock = { ...systemClock, now: () => (systemClock.now() + steppedMs) as Timestamp };
  const told: Timestamp[] = [];
  const actor = exchangeActor(
    {
      venue: market.venue,
      instruments: ["sea:BTC/USDT", "sea:ETH/USDT"] as InstrumentId[],
      quotes: false,
      timeEveryMs: 5,
      clockTime: true,
    },
    {
      ...{ clock, marketNow: clock.now, chance: () => 0.5, activity: new Activity() },
      road: {
        publish: (subject: string) => heard.push(subject),
        subscribe: () => () => undefined,
      } as never,
      openMarket: () => Promise.resolve(market),
      onMarketTime: (at) => told.push(at),
      afterReading: (run) => void setImmediate(run),
    },
  );
  try {
    await node.wire.open(actor);
    await eventually("the time is told", () => told.length > 3);
    expect(Math.abs(told.at(-1)! - Date.now())).toBeLessThan(1_000);
    // Nor to an instrument whose trades are still being asked for.
    expect(new Set(heard)).toEqual(new Set([rawSubject("sea:BTC/USDT" as InstrumentId)]));
    behind = "";
    await eventually("it is told to all", () => new Set(heard).size === 2);

    steppedMs = 30_000;
    const [before, looks] = [told.length, asked];
    await eventually("it looked at its clock", () => asked > looks + 5);
    expect(told.length).toBe(before);

    offsetMs = -30_000;
    await eventually("the time is told again", () => told.length > before + 3);
    expect(Math.abs(told.at(-1)! - Date.now())).toBeLessThan(1_000);
  } finally {
    await node.wire.close("exchange", market.venue);
    await node.broker.stop();
  }
});

it("tells an instrument no time before what had arrived of it was read", async () => {
  const node = await startNode({ hostId: "alone" });
  const [btc, eth] = ["sea:BTC/USDT", "sea:ETH/USDT"] as InstrumentId[];
  let sink: MarketSink | undefined;
  const market = {
    venue: "sea" as VenueId,
    instruments: () => Promise.resolve([{ id: btc }, { id: eth }]),
    watch: (_: unknown, given: MarketSink) => Promise.resolve(void (sink = given)),
    whole: () => true,
    capabilities: { watchQuotes: true },
    close: () => Promise.resolve(),
  } as unknown as OpenedMarket;
  const heard: { readonly trades: number; readonly at: number }[] = [];
  const read: (() => void)[] = [];
  const actor = exchangeActor(
    { venue: market.venue, instruments: [btc!, eth!], quotes: true, timeEveryMs: 1, clockTime: false },
    {
      ...{ clock: systemClock, marketNow: systemClock.now, chance: () => 0.5, activity: new Activity() },
      road: {
        publish: (subject: string, { trades, at }: RawBatch) =>
          subject === rawSubject(btc!) && heard.push({ trades: trades.length, at }),
        subscribe: () => () => undefined,
      } as never,
      openMarket: () => Promise.resolve(market),
      onMarketTime: () => undefined,
      afterReading: (run) => read.push(run),
    },
  );
  const trade = (at: number): Trade => ({ at }) as Trade;
  const reading = () => eventually("the time is about to be told", () => read.length > 0);
  const done = (): void => read.splice(0).forEach((run) => run());
  try {
    await node.wire.open(actor);
    await ref(node.wire, ExchangeContract, "sea").listen({ instrument: btc! });
    await reading();
    done();
    sink!.trades(eth!, [trade(60_000)]);
    await eventually("a time is about to be told that is not nothing", async () => {
      await reading();
      if (heard.at(-1)?.at === 60_000) return true;
      done();
      return false;
    });
    heard.length = 0;
    // A stall: of the one socket all has been read, of the other not yet.
    await reading();
    sink!.trades(eth!, [trade(121_000)]);
    sink!.quote!(btc!, { bid: 1, bidQuantity: 1, ask: 2, askQuantity: 1, at: 121_000 as Timestamp });
    sink!.trades(btc!, [trade(119_900)]);
    done();
    expect(heard).toEqual([
      { trades: 0, at: 60_000 },
      { trades: 1, at: 119_900 },
      { trades: 0, at: 60_000 },
    ]);
    await reading();
    done();
    expect(heard.at(-1)).toEqual({ trades: 0, at: 121_000 });
  } finally {
    await node.wire.close("exchange", market.venue);
    await node.broker.stop();
  }
});
