/** Queue positions worked by hand: what happens to one resting buy of 5 lots at 100 behind 10, by each model. */
import { describe, expect, it } from "vitest";
import {
  ASK_LEVEL,
  BID_LEVEL,
  BookEvents,
  BOUGHT,
  CLEARED,
  SOLD,
} from "../../../domain/market/book-events.ts";
import { BookVenue } from "../../../simulation/books/book-venue.ts";
import { BookAccount } from "../../../simulation/books/book-account.ts";
import { BookOrder } from "../../../simulation/books/book-order.ts";
import { parseQueueModel } from "../../../simulation/books/queue-model.ts";
import { money } from "../../../domain/values/values.ts";
import { refused } from "../../refused.ts";
import { INSTRUMENT } from "./instrument.ts";

type Step = readonly [kind: number, ticks: number, lots: number];

const stand = (queue: string, begin: readonly Step[], side: "buy" | "sell", ticks: number, lots = 5) => {
  const events = new BookEvents();
  const told: string[] = [];
  const account = new BookAccount(INSTRUMENT, money("1000000"), 1_000);
  const venue = new BookVenue(
    events,
    account,
    parseQueueModel(queue, "queue"),
    (order, status, _at, filled, price) =>
      void told.push(`${order.tag} ${status} ${filled}${price === 0 ? "" : ` at ${price}`}`),
  );
  const go = (steps: readonly Step[]): void => {
    for (const [kind, at, size] of steps) {
      events.push(events.length, kind, at, size);
      venue.happen(events.length - 1);
    }
  };
  const order = (tag: string, nth: number): BookOrder =>
    new BookOrder(nth, "A/B", 0, side, "limit", "GTC", lots, ticks, tag, "", ticks, lots);
  go(begin);
  const first = order("o", 1);
  venue.arrive(first, 0);
  told.length = 0;
  return { venue, account, go, told, first, order };
};

const BOOK: readonly Step[] = [
  [BID_LEVEL, 99, 20],
  [BID_LEVEL, 100, 10],
  [ASK_LEVEL, 102, 10],
];

describe("a queue's position", () => {
  it.each<[string, string, readonly Step[], number, readonly string[]]>([
    ["a trade at the level", "risk-averse", [[SOLD, 100, 4]], 6, []],
    ["a trade that ends at it", "risk-averse", [[SOLD, 100, 10]], 0, []],
    ["a trade that reaches it in part", "risk-averse", [[SOLD, 100, 12]], 0, ["o partial 2 at 100"]],
    [
      "a trade that is more than all",
      "risk-averse",
      [[SOLD, 100, 40]],
      0,
      ["o partial 5 at 100", "o filled 5"],
    ],
    ["a trade through the level, at its price", "risk-averse", [[SOLD, 99, 3]], 0, ["o partial 3 at 100"]],
    ["a buyer's trade", "risk-averse", [[BOUGHT, 102, 40]], 10, []],
    ["a trade above", "risk-averse", [[SOLD, 101, 40]], 10, []],
    ["lots that come behind", "risk-averse", [[BID_LEVEL, 100, 30]], 10, []],
    ["lots that leave where all stand ahead", "risk-averse", [[BID_LEVEL, 100, 7]], 7, []],
    [
      "lots that leave where some stand behind",
      "risk-averse",
      [
        [BID_LEVEL, 100, 30],
        [BID_LEVEL, 100, 20],
      ],
      10,
      [],
    ],
    [
      "a trade, then the level that it left",
      "risk-averse",
      [
        [SOLD, 100, 4],
        [BID_LEVEL, 100, 6],
      ],
      6,
      [],
    ],
    ["the level gone", "risk-averse", [[BID_LEVEL, 100, 0]], 0, []],
    [
      "the level gone and back",
      "risk-averse",
      [
        [BID_LEVEL, 100, 0],
        [BID_LEVEL, 100, 8],
      ],
      0,
      [],
    ],
    // 10 ahead and 20 behind: 12 leave, a third of them ahead.
    [
      "shares by lots",
      "proportional",
      [
        [BID_LEVEL, 100, 30],
        [BID_LEVEL, 100, 18],
      ],
      6,
      [],
    ],
    // 10^2 : 20^2 is 1 : 4.
    [
      "shares by squares",
      "power:2",
      [
        [BID_LEVEL, 100, 30],
        [BID_LEVEL, 100, 20],
      ],
      8,
      [],
    ],
    // log 11 : log 21.
    [
      "shares by logarithms",
      "log",
      [
        [BID_LEVEL, 100, 30],
        [BID_LEVEL, 100, 20],
      ],
      10 - (10 * Math.log(11)) / (Math.log(11) + Math.log(21)),
      [],
    ],
    // 4 print, 6 are ahead and 20 behind of 26; 13 more leave, 3 of them ahead.
    [
      "does not take a trade for leaving",
      "proportional",
      [
        [BID_LEVEL, 100, 30],
        [SOLD, 100, 4],
        [BID_LEVEL, 100, 13],
      ],
      3,
      [],
    ],
    [
      "is never longer than the level",
      "log",
      [
        [BID_LEVEL, 100, 11],
        [BID_LEVEL, 100, 2],
      ],
      2,
      [],
    ],
    // 6.33 ahead: of 8 printed lots one whole one is left.
    [
      "fills whole lots",
      "proportional",
      [
        [BID_LEVEL, 100, 30],
        [BID_LEVEL, 100, 19],
        [SOLD, 100, 8],
      ],
      0,
      ["o partial 1 at 100"],
    ],
  ])("%s (%s)", (_what, queue, steps, ahead, fills) => {
    const { go, first, told } = stand(queue, BOOK, "buy", 100);
    go(steps);
    expect(first.ahead).toBeCloseTo(ahead, 9);
    expect(told).toEqual(fills);
  });

  it("of two of ours the first is served first, and a trade's lots go out once", () => {
    const { venue, go, told, order } = stand("risk-averse", BOOK, "buy", 100);
    venue.arrive(order("p", 2), 0);
    told.length = 0;
    go([[SOLD, 100, 17]]);
    expect(told).toEqual(["o partial 5 at 100", "o filled 5", "p partial 2 at 100"]);
  });

  it("a sell stands in its own queue", () => {
    const { go, told, first } = stand("risk-averse", BOOK, "sell", 102);
    go([
      [BOUGHT, 102, 11],
      [SOLD, 100, 50],
      [BOUGHT, 103, 2],
    ]);
    expect(told).toEqual(["o partial 1 at 102", "o partial 3 at 102"]);
    expect(first.remaining).toBe(2);
  });

  it("a cleared book leaves our orders, first in what comes", () => {
    const { go, told, first } = stand("risk-averse", BOOK, "buy", 100);
    go([
      [CLEARED, 0, 0],
      [BID_LEVEL, 100, 3],
      [SOLD, 100, 4],
    ]);
    expect(first.ahead).toBe(0);
    expect(told).toEqual(["o partial 1 at 100"]);
  });

  it.each(["cautious", "power:0", "power:", "power:11", ""])("refuses the model %j", (text) => {
    expect(refused(() => parseQueueModel(text, "--queue"))).toBe("--queue");
  });
});
