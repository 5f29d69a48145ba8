/** Stops of positions over books, one book or several: watched by trades heard, sold at the market, of what the position has free. */
import { describe, expect, it } from "vitest";
import { ASK_LEVEL, BID_LEVEL, BOUGHT, SOLD } from "../../../domain/market/book-events.ts";
import type { Desk, OrderUpdate, Strategy } from "../../../domain/strategy/strategy.ts";
import { money, quantity } from "../../../domain/values/values.ts";
import { booksBacktest } from "../../../simulation/books/books-backtest.ts";
import { parseQueueModel } from "../../../simulation/books/queue-model.ts";
import { refused } from "../../refused.ts";
import { INSTRUMENT } from "./instrument.ts";
import { acting, BOOK, eventsOf, NONE, run, type Row } from "./running.ts";

type Heard = [number, OrderUpdate][];

/** What became of all orders, the same over one book by itself and as one of several. */
const soldOver = (rows: readonly Row[], strategy: () => Strategy, latency = NONE) => {
  const one = run(rows, strategy(), latency, "risk-averse", "10").orders;
  const same = booksBacktest({
    ...{ strategy: strategy(), params: {}, latency, queue: parseQueueModel("risk-averse", "queue") },
    markets: [{ instrument: INSTRUMENT, events: eventsOf(rows) }],
    ...{ quote: money("10000"), base: quantity("10") },
  }).orders;
  const told = (orders: typeof one) =>
    orders.map(({ at, side, type, tag, reason, lots, filled, averagePrice, closedAt, status }) =>
      [at, side, type, tag, reason, lots, filled, averagePrice, closedAt, status].join(" "),
    );
  expect(told(same)).toEqual(told(one));
  return told(one);
};

const first =
  (act: (desk: Desk) => void, heard: Heard = []) =>
  () =>
    acting((desk, nth) => {
      if (nth === 1) act(desk);
    }, heard);

describe("a stop at 98 of ten that are held", () => {
  const stop = first((desk) => desk.protect(0, 98, "enough"));
  const late = { feedMs: 30, entryMs: 20, answerMs: 7 };

  it("is no matter of quotes, and goes when a trade at it was heard, as late as all is", () => {
    const rows: readonly Row[] = [
      ...BOOK,
      [1_500, BID_LEVEL, 99, 0],
      [1_600, SOLD, 99, 1],
      [2_000, SOLD, 98, 1],
      [2_040, SOLD, 97, 1],
    ];
    // Heard at 2030, sold at 2050; the trade that is heard meanwhile sells nothing twice.
    expect(soldOver(rows, stop, late)).toEqual(["2030 sell market protection enough 10 10 98 2050 filled"]);
  });

  it("is told to the strategy like its own orders, which cannot cancel it or take its name", () => {
    const heard: Heard = [];
    const strategy = first((desk) => {
      desk.protect(0, 98);
      desk.cancel("protection");
    }, heard);
    const rows: readonly Row[] = [...BOOK, [2_000, SOLD, 98, 1]];
    run(rows, strategy(), NONE, "risk-averse", "10");
    expect(heard.map(([at, { tag, status, filled }]) => [at, tag, status, filled])).toEqual([
      [2_000, "protection", "open", 0],
      [2_000, "protection", "partial", 10],
      [2_000, "protection", "filled", 10],
    ]);
    const order = { i: 0, side: "sell", type: "market", quantity: 1 } as const;
    expect(
      refused(() =>
        run(
          BOOK,
          acting((desk) => desk.place(order, "protection")),
        ),
      ),
    ).toBe("place.tag");
    expect(
      refused(() =>
        run(
          BOOK,
          acting((desk) => desk.protect(0, 98, "s", [{ price: 105, part: 1 }])),
        ),
      ),
    ).toBe("protect.targets");
  });

  it("sells what no ask of ours holds, and the rest when the ask is gone and the price still there", () => {
    const strategy = () =>
      acting((desk, nth) => {
        if (nth === 1) {
          desk.place({ i: 0, side: "sell", type: "limit", quantity: 4, price: 104 }, "ask");
          desk.protect(0, 98, "s");
        }
        if (nth === 2) desk.cancel("ask");
      });
    const rows: readonly Row[] = [...BOOK, [2_000, SOLD, 98, 1], [3_000, BID_LEVEL, 99, 9]];
    expect(soldOver(rows, strategy)).toEqual([
      "1000 sell limit ask  4 0 NaN 3000 cancelled",
      "2000 sell market protection s 6 6 99 2000 filled",
      "3000 sell market protection s 4 4 99 3000 filled",
    ]);
  });

  it("goes at once where the price has passed it, and again while the book is too thin", () => {
    const strategy = first((desk) => desk.protect(0, 101, "s"));
    const rows: readonly Row[] = [
      [1_000, BID_LEVEL, 99, 6],
      [1_000, ASK_LEVEL, 101, 4],
      [2_000, BID_LEVEL, 95, 50],
      [3_000, SOLD, 95, 1],
    ];
    expect(soldOver(rows, strategy)).toEqual([
      "1000 sell market protection s 10 6 99 1000 expired",
      "1000 sell market protection s 4 0 NaN 1000 expired",
      "3000 sell market protection s 4 4 95 3000 filled",
    ]);
  });

  it("waits a second, then two, after a sale that came to nothing", () => {
    const bids = first((desk) => {
      desk.protect(0, 98, "s");
      desk.place({ i: 0, side: "buy", type: "limit", quantity: 1, price: 99 }, "own");
    });
    const rows = [0, 500, 1_000, 1_500, 2_999, 3_000].map((after): Row => [2_000 + after, BOUGHT, 98, 1]);
    const sold = soldOver([...BOOK, ...rows], bids).filter((line) => line.includes("protection"));
    expect(sold.map((line) => [Number.parseInt(line), line.split(" ").at(-1)])).toEqual([
      [2_000, "refused"],
      [3_000, "refused"],
      [5_000, "refused"],
    ]);
  });

  it("ends with the position, stays for one that is still to come, moves and is withdrawn", () => {
    const buy = (desk: Desk): void => desk.place({ i: 0, side: "buy", type: "market", quantity: 1 }, "in");
    const acts: Readonly<Record<number, (desk: Desk) => void>> = {
      1_000: (desk) => {
        desk.protect(0, 98, "s");
        desk.place({ i: 0, side: "sell", type: "market", quantity: 10 }, "out");
      },
      1_100: buy,
      1_300: (desk) => desk.protect(0, 90, "low"),
      1_500: (desk) => desk.protect(0, 97.5, "high"),
      1_600: (desk) => {
        desk.protect(0, 98, "still");
        buy(desk);
      },
      1_700: (desk) => {
        buy(desk);
        desk.protect(0, 96, "s");
      },
      1_800: (desk) => desk.protect(0, undefined),
    };
    const strategy = (): Strategy => acting((desk) => acts[desk.now]?.(desk));
    const quotes = [1_100, 1_300, 1_500, 1_600, 1_700, 1_800].map((at, k): Row => [
      at,
      ASK_LEVEL,
      101,
      5 + k,
    ]);
    const sold = [1_200, 1_400].map((at): Row => [at, SOLD, 97, 1]);
    const rows = [...BOOK, ...quotes, ...sold, [1_900, SOLD, 90, 1] as Row].sort((a, b) => a[0] - b[0]);
    const told = soldOver(rows, strategy).map((line) => line.split(" "));
    expect(told.map(([at, side, , tag, reason]) => [at, side, tag, reason])).toEqual([
      ["1000", "sell", "out", ""],
      ["1100", "buy", "in", ""],
      ["1500", "sell", "protection", "high"],
      ["1600", "buy", "in", ""],
      ["1600", "sell", "protection", "still"],
      ["1700", "buy", "in", ""],
    ]);
  });

  it("waits for a position, and has one sale at a time", () => {
    const buy = { i: 0, side: "buy", type: "market", quantity: 1 } as const;
    const acts: Readonly<Record<number, (desk: Desk) => void>> = {
      1_000: (desk) => desk.place({ ...buy, side: "sell", quantity: 10 }, "out"),
      1_100: (desk) => desk.protect(0, 98, "s"),
      1_200: (desk) => desk.place({ ...buy, quantity: 2 }, "in"),
      1_390: (desk) => desk.place(buy, "more"),
    };
    const quotes = [1_100, 1_200, 1_390].map((at, k): Row => [at, ASK_LEVEL, 101, 5 + k]);
    const rows = [...BOOK, ...quotes, [1_400, SOLD, 97, 1] as Row];
    const strategy = (): Strategy => acting((desk) => acts[desk.now]?.(desk));
    // What was bought at 1410 is known at 1430, that the sale at 1420 is over at 1440.
    expect(
      soldOver(rows, strategy, { feedMs: 0, entryMs: 20, answerMs: 20 }).map((line) => line.slice(0, 25)),
    ).toEqual(
      [
        ...["1000 sell market out  10 1", "1200 buy market in  2 2 1", "1390 buy market more  1 1"],
        ...["1400 sell market protecti", "1440 sell market protecti"],
      ].map((line) => line.slice(0, 25)),
    );
  });

  it("a wish that news of an order bring keeps the quote of that moment for the strategy", () => {
    const strategy = (): Strategy => {
      let nth = 0;
      return {
        ...acting(() => undefined),
        start: () => ({
          onCandle: () => undefined,
          onQuote: (_quote, i, desk) => {
            nth += 1;
            desk.place({ i, side: "buy", type: "limit", quantity: nth, price: 90 }, `q${nth}`);
          },
          onOrder: ({ tag, status }, desk) => {
            if (tag === "q1" && status === "open") desk.protect(0, 95, "s");
          },
          save: () => ({}),
          load: () => undefined,
        }),
      };
    };
    const rows: readonly Row[] = [
      ...[...BOOK, [1_050, ASK_LEVEL, 101, 3] as Row, [1_050, SOLD, 94, 1] as Row],
      ...[[1_060, ASK_LEVEL, 101, 2] as Row, [1_070, SOLD, 94, 1] as Row],
    ];
    const told = soldOver(rows, strategy, { feedMs: 0, entryMs: 20, answerMs: 30 });
    expect(told.map((line) => line.split(" ").slice(0, 4).join(" "))).toEqual([
      "1000 buy limit q1",
      "1050 sell market protection",
      "1050 buy limit q2",
      "1060 buy limit q3",
    ]);
  });
});
