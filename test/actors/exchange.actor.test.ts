/** What time the exchange actor tells quiet instruments: the venue's, and none by a clock that was just stepped. */
import { expect, it } from "vitest";
import { exchangeActor, type OpenedMarket } from "../../actors/exchange.actor.ts";
import { systemClock } from "../../adapters/clock/clock.ts";
import { rawSubject } from "../../contracts/market.ts";
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
