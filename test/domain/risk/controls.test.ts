import { describe, expect, it } from "vitest";
import { barredBy, readControls } from "../../../domain/risk/controls/controls.ts";
import { localTime, nextDay } from "../../../domain/risk/controls/zone.ts";
import { refused } from "../../refused.ts";
import { instrument } from "../portfolio/words.ts";

const HOUR = 3_600_000;
const at = (text: string): number => Date.parse(text);

const newYork = {
  calendars: [
    {
      timeZone: "America/New_York",
      sessions: { mon: ["09:30-16:00"], thu: ["09:30-16:00"], fri: ["09:30-13:00", "14:00-16:00"] },
      holidays: ["2026-12-25"],
    },
  ],
};
const berlinNights = {
  calendars: [{ timeZone: "Europe/Berlin", sessions: { sat: ["22:00-04:00"], sun: ["22:00-04:00"] } }],
};
const lists = { restricted: ["DOGE", "XRP/USDT"], allowed: ["sandbox:*"] };
const legs = { restricted: ["sandbox:XRP/USDT:USDT", "SOL/USDT:USDT#short"] };
const places = {
  jurisdiction: {
    home: "US-NY",
    rules: [
      { names: ["XMR", "binance:*"], barred: ["US"] },
      { names: ["SOL"], barred: ["US-NY"] },
      { names: ["BTC"], barred: ["DE"] },
    ],
  },
};
const quiet = {
  events: [{ name: "rates", at: "2026-03-18T14:00:00-04:00", beforeMinutes: 30, afterMinutes: 10 }],
};
const funding = { funding: { everyHours: 8, beforeMinutes: 15, instruments: ["BTC"] } };

/** What the controls say of BTC/USDT (or another) at a time. */
const cases: readonly (readonly [string, object, string, string | undefined, string?])[] = [
  // Winter: New York is 5 hours behind; summer: 4. The clocks went forward on Sunday 2026-03-08.
  ["before the opening in winter", newYork, "2026-03-02T14:29:00Z", "closed-hours"],
  ["the opening in winter", newYork, "2026-03-02T14:30:00Z", undefined],
  ["the same wall time a week later", newYork, "2026-03-09T13:30:00Z", undefined],
  ["an hour earlier by UTC is closed then", newYork, "2026-03-09T13:29:00Z", "closed-hours"],
  ["the close is not part of a session", newYork, "2026-03-02T21:00:00Z", "closed-hours"],
  ["the minute before it is", newYork, "2026-03-02T20:59:59Z", undefined],
  // The clocks went back on Sunday 2026-11-01.
  ["after the clocks went back", newYork, "2026-11-02T14:30:00Z", undefined],
  ["and not an hour earlier", newYork, "2026-11-02T13:30:00Z", "closed-hours"],
  ["between two sessions of a day", newYork, "2026-03-06T18:30:00Z", "closed-hours"],
  ["in the second one", newYork, "2026-03-06T19:00:00Z", undefined],
  ["a day off", newYork, "2026-12-25T15:00:00Z", "closed-hours"],
  ["the day before it", newYork, "2026-12-24T15:00:00Z", undefined],
  ["a day without sessions", newYork, "2026-03-03T15:00:00Z", "closed-hours"],
  // Berlin, 2026-03-29: 02:00 becomes 03:00. Saturday's night ends at 04:00 local, 02:00 UTC.
  ["a session over midnight and the change", berlinNights, "2026-03-29T01:59:00Z", undefined],
  ["it is an hour shorter", berlinNights, "2026-03-29T02:00:00Z", "closed-hours"],
  // 2026-10-25: 03:00 becomes 02:00; 04:00 local is 03:00 UTC.
  ["in autumn it is an hour longer", berlinNights, "2026-10-25T02:59:00Z", undefined],
  ["and then over", berlinNights, "2026-10-25T03:00:00Z", "closed-hours"],
  ["Monday's early hours belong to Sunday", berlinNights, "2026-03-30T01:00:00Z", undefined],
  ["a restricted asset", lists, "2026-03-02T12:00:00Z", "restricted", "DOGE/USDT"],
  ["a restricted symbol", lists, "2026-03-02T12:00:00Z", "restricted", "XRP/USDT"],
  ["another symbol of its base", lists, "2026-03-02T12:00:00Z", undefined, "XRP/EUR"],
  ["a leg of a restricted contract", legs, "2026-03-02T12:00:00Z", "restricted", "XRP/USDT:USDT#long"],
  ["a leg restricted by itself", legs, "2026-03-02T12:00:00Z", "restricted", "SOL/USDT:USDT#short"],
  ["the other leg of it", legs, "2026-03-02T12:00:00Z", undefined, "SOL/USDT:USDT#long"],
  ["what is not on the list", { allowed: ["ETH"] }, "2026-03-02T12:00:00Z", "not-allowed"],
  ["an asset of the list as quote", { allowed: ["USDT"] }, "2026-03-02T12:00:00Z", undefined],
  ["barred in the whole country", places, "2026-03-02T12:00:00Z", "jurisdiction", "XMR/USDT"],
  ["barred in this part of it", places, "2026-03-02T12:00:00Z", "jurisdiction", "SOL/USDT"],
  ["barred elsewhere", places, "2026-03-02T12:00:00Z", undefined],
  // 14:00 at -04:00 is 18:00 UTC
  ["half an hour before an event", quiet, "2026-03-18T17:30:00Z", "event"],
  ["earlier", quiet, "2026-03-18T17:29:59Z", undefined],
  ["ten minutes after it", quiet, "2026-03-18T18:10:00Z", "event"],
  ["later", quiet, "2026-03-18T18:10:01Z", undefined],
  ["a quarter of an hour before funding", funding, "2026-03-18T15:45:00Z", "funding-time"],
  ["at funding", funding, "2026-03-18T16:00:00Z", "funding-time"],
  ["after it", funding, "2026-03-18T16:00:01Z", undefined],
  ["funding of another", funding, "2026-03-18T16:00:00Z", undefined, "ETH/USDT"],
];

describe("controls", () => {
  for (const [name, raw, time, rule, symbol] of cases)
    it(name, () =>
      expect(barredBy(readControls(raw, "controls"), instrument(symbol), at(time))?.rule).toBe(rule),
    );

  it("tell until when they hold", () => {
    const until = (raw: object, time: string) =>
      barredBy(readControls(raw, "controls"), instrument(), at(time))?.until;
    expect(until(quiet, "2026-03-18T18:00:00Z")).toBe(at("2026-03-18T18:10:00Z"));
    expect(until(funding, "2026-03-18T15:50:00Z")).toBe(at("2026-03-18T16:00:00Z"));
  });

  it("local days have 23, 24 or 25 hours", () => {
    const hours = (zone: string, from: string) => {
      const begin = nextDay(zone, at(from));
      return (nextDay(zone, begin) - begin) / HOUR;
    };
    expect(hours("Europe/Berlin", "2026-03-28T12:00:00Z")).toBe(23);
    expect(hours("Europe/Berlin", "2026-10-24T12:00:00Z")).toBe(25);
    expect(hours("Asia/Tokyo", "2026-03-28T12:00:00Z")).toBe(24);
    expect(nextDay("Asia/Kolkata", at("2026-01-01T18:29:30Z"))).toBe(at("2026-01-01T18:30:00Z"));
    // Lord Howe's clocks move by half an hour.
    expect(hours("Australia/Lord_Howe", "2026-10-03T00:00:00Z")).toBe(23.5);
    expect(localTime("America/New_York", at("2026-07-04T03:59:00Z")).minutes).toBe(23 * 60 + 59);
  });

  it("refuse what cannot be, by field", () => {
    const field = (raw: object) => refused(() => readControls(raw, "c"));
    const calendar = (change: object) => ({ calendars: [{ sessions: { mon: ["09:00-17:00"] }, ...change }] });
    expect(field({ restrictd: [] })).toBe("c.restrictd");
    expect(field({ restricted: ["BTC USDT"] })).toBe("c.restricted.0");
    expect(field({ restricted: ["BTC"], allowed: ["ETH", "BTC"] })).toBe("c.allowed.1");
    expect(field({ restricted: ["BTC"], allowed: ["ETH/USDT", "binance:BTC/USDT"] })).toBe("c.allowed.1");
    expect(field({ restricted: ["binance:*"], allowed: ["binance:ETH/USDT"] })).toBe("c.allowed.0");
    expect(field({ restricted: ["BTC/USDT"], allowed: ["binance:BTC/USDT"] })).toBe("c.allowed.0");
    expect(field({ restricted: ["BTC/USDT:USDT"], allowed: ["f:BTC/USDT:USDT#long"] })).toBe("c.allowed.0");
    expect(readControls({ restricted: ["binance:BTC/USDT"], allowed: ["BTC"] }, "c").allowed).toEqual([
      "BTC",
    ]);
    expect(field(calendar({ timeZone: "Mars/Olympus" }))).toBe("c.calendars.0.timeZone");
    expect(field(calendar({ sessions: {} }))).toBe("c.calendars.0.sessions");
    expect(field(calendar({ sessions: { mon: ["9-17"] } }))).toBe("c.calendars.0.sessions.mon.0");
    expect(field(calendar({ sessions: { mon: ["09:00-09:00"] } }))).toBe("c.calendars.0.sessions.mon.0");
    expect(field(calendar({ holidays: ["2026-02-29"] }))).toBe("c.calendars.0.holidays.0");
    expect(field({ events: [{ at: "2026-02-30T00:00:00Z" }] })).toBe("c.events.0.at");
    expect(field({ events: [{ at: "2026-02-20T00:00:00" }] })).toBe("c.events.0.at");
    expect(field({ funding: { everyHours: 7 } })).toBe("c.funding.everyHours");
    expect(field({ funding: { everyHours: 1, beforeMinutes: 60 } })).toBe("c.funding.beforeMinutes");
    expect(field({ jurisdiction: { home: "Germany" } })).toBe("c.jurisdiction.home");
    expect(field({ models: { strategies: [] } })).toBe("c.models.strategies");
    expect(field({ models: { strategies: ["a"] } })).toBe("c.models.exposure");
    // Tokyo's office hours are over before New York's begin, in winter and in summer.
    const office = (timeZone: string, instruments: readonly string[] = []) => ({
      ...{ timeZone, instruments, sessions: { mon: ["09:00-17:00"] } },
    });
    const two = (...calendars: readonly object[]) => field({ calendars });
    expect(two(office("Asia/Tokyo"), office("America/New_York"))).toBe("c.calendars.1.sessions");
    const apart = [office("Asia/Tokyo", ["BTC"]), office("America/New_York", ["ETH"])];
    expect(readControls({ calendars: apart }, "c").calendars).toHaveLength(2);
    const near = [office("Europe/Berlin"), office("America/New_York")];
    expect(readControls({ calendars: near }, "c").calendars).toHaveLength(2);
    expect(field({ cancelsPerMinute: 0.5 })).toBe("c.cancelsPerMinute");
    expect(field({ orderToTrade: { minutes: 5 } })).toBe("c.orderToTrade.max");
    expect(field({ orderToTrade: { max: 10, minutes: 2_000 } })).toBe("c.orderToTrade.minutes");
  });
});
