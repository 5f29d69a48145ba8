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
const sydney = { calendars: [{ timeZone: "Australia/Sydney", sessions: { mon: ["10:00-16:00"] } }] };
const evenings = {
  calendars: [{ sessions: { mon: ["18:00-24:00"], tue: ["00:00-02:00"], wed: ["00:00-24:00"] } }],
};
/** In spring there is no such hour, in autumn there are two. */
const oneHour = { calendars: [{ timeZone: "Europe/Berlin", sessions: { sun: ["02:00-03:00"] } }] };
const nightsOff = (holiday: string) => ({
  calendars: [{ ...berlinNights.calendars[0], holidays: [holiday] }],
});
const kathmandu = { calendars: [{ timeZone: "Asia/Kathmandu", sessions: { mon: ["00:00-01:00"] } }] };
/** One for its own instruments only, one for all. */
const two = {
  calendars: [
    { instruments: ["ETH"], sessions: { mon: ["09:00-12:00"] } },
    { sessions: { mon: ["10:00-17:00"] } },
  ],
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

/** At 1, 5, 9, 13, 17 and 21 o'clock. */
const late = { funding: { everyHours: 4, offsetHours: 1, beforeMinutes: 15 } };
const ofEth = { events: [{ ...quiet.events[0], instruments: ["ETH"], beforeMinutes: 0 }] };
const newYear = { events: [{ name: "change", at: "2026-01-01T00:00:30Z", beforeMinutes: 31 }] };

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
  // Sydney's clocks go back on 2026-04-05, from 11 hours ahead to 10, and forward on 2026-10-04.
  ["in the southern summer", sydney, "2026-03-29T23:00:00Z", undefined],
  ["a minute earlier", sydney, "2026-03-29T22:59:00Z", "closed-hours"],
  ["in its winter, an hour later by UTC", sydney, "2026-04-06T00:00:00Z", undefined],
  ["and no longer at the hour of its summer", sydney, "2026-04-05T23:00:00Z", "closed-hours"],
  ["before its clocks go forward", sydney, "2026-09-27T23:30:00Z", "closed-hours"],
  ["after they did", sydney, "2026-10-04T23:30:00Z", undefined],
  ["the last second before 24:00", evenings, "2026-03-02T23:59:59Z", undefined],
  ["what goes on behind it", evenings, "2026-03-03T00:00:00Z", undefined],
  ["24:00 ends the day, where nothing follows", evenings, "2026-03-05T00:00:00Z", "closed-hours"],
  ["a whole day from its first moment", evenings, "2026-03-04T00:00:00Z", undefined],
  ["to its last", evenings, "2026-03-04T23:59:59Z", undefined],
  ["before an hour that there is not", oneHour, "2026-03-29T00:59:59Z", "closed-hours"],
  ["behind it", oneHour, "2026-03-29T01:00:00Z", "closed-hours"],
  ["the hour that comes twice, first", oneHour, "2026-10-25T00:00:00Z", undefined],
  ["and again", oneHour, "2026-10-25T01:59:59Z", undefined],
  ["then it is over", oneHour, "2026-10-25T02:00:00Z", "closed-hours"],
  ["a night before a day off goes on into it", nightsOff("2026-03-29"), "2026-03-29T01:00:00Z", undefined],
  ["the night of a day off is off", nightsOff("2026-03-28"), "2026-03-28T22:00:00Z", "closed-hours"],
  ["to its end on the next day", nightsOff("2026-03-28"), "2026-03-29T01:00:00Z", "closed-hours"],
  // 5 hours and 45 minutes ahead.
  ["a zone that is off by quarters of an hour", kathmandu, "2026-03-01T18:15:00Z", undefined],
  ["and before", kathmandu, "2026-03-01T18:14:59Z", "closed-hours"],
  ["of two calendars both count", two, "2026-03-02T09:30:00Z", "closed-hours", "ETH/USDT"],
  ["where both are open", two, "2026-03-02T11:30:00Z", undefined, "ETH/USDT"],
  ["and where the other has closed", two, "2026-03-02T12:00:00Z", "closed-hours", "ETH/USDT"],
  ["one of them is not of this", two, "2026-03-02T12:00:00Z", undefined],
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
  ["barred where a part of it is the home of others", { jurisdiction: { ...places.jurisdiction, home: "US" } },
    "2026-03-02T12:00:00Z", undefined, "SOL/USDT"], // prettier-ignore
  ["a whole venue barred", { jurisdiction: { home: "US", rules: [{ names: ["sandbox:*"], barred: ["US"] }] } },
    "2026-03-02T12:00:00Z", "jurisdiction"], // prettier-ignore
  ["barred elsewhere", places, "2026-03-02T12:00:00Z", undefined],
  // 14:00 at -04:00 is 18:00 UTC
  ["half an hour before an event", quiet, "2026-03-18T17:30:00Z", "event"],
  ["earlier", quiet, "2026-03-18T17:29:59Z", undefined],
  ["ten minutes after it", quiet, "2026-03-18T18:10:00Z", "event"],
  ["later", quiet, "2026-03-18T18:10:01Z", undefined],
  ["a quarter of an hour before funding", funding, "2026-03-18T15:45:00Z", "funding-time"],
  ["at funding", funding, "2026-03-18T16:00:00Z", "funding-time"],
  ["after it", funding, "2026-03-18T16:00:01Z", undefined],
  ["funding that is counted from another hour", late, "2026-03-18T00:45:00Z", "funding-time"],
  ["and not at midnight", late, "2026-03-18T00:00:00Z", undefined],
  ["nor in the last hour of the day before", late, "2026-03-17T23:59:59Z", undefined],
  ["the last of a day", late, "2026-03-18T21:00:00Z", "funding-time"],
  ["an event of another", ofEth, "2026-03-18T18:00:00Z", undefined],
  ["an event at its moment", ofEth, "2026-03-18T18:00:00Z", "event", "ETH/USDT"],
  ["an event in a year's first minute", newYear, "2025-12-31T23:30:00Z", "event"],
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
