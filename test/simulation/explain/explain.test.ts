/** Differences with their causes, on a small recording: two equal runs differ in nothing; what is planted is found. */
import { describe, expect, it } from "vitest";
import type { PortfolioEvent } from "../../../domain/portfolio/events.ts";
import { decimal, type InstrumentId, type Price } from "../../../domain/values/values.ts";
import { explain } from "../../../simulation/explain/explain.ts";
import { arrivalsOf, fillRiddles } from "../../../simulation/explain/against-venue.ts";
import { ordersOf, timed, type OrderPath, type TimedTurn } from "../../../simulation/explain/order-path.ts";
import { venueAgain } from "../../../simulation/explain/venue-again.ts";
import { tickBacktest } from "../../../simulation/ticks/tick-backtest.ts";
import type { TickSettings, TickSource, TickStage } from "../../../simulation/ticks/settings.ts";
import { movingAverageCross } from "../../../strategies/moving-average-cross.ts";
import { parseLimits } from "../../../domain/risk/limits.ts";
import { parseParams } from "../../../domain/strategy/params.ts";

const MINUTE = 60_000;
const listing = {
  symbol: "AAABBB",
  base: "AAA",
  quote: "BBB",
  tick: decimal("0.01"),
  lot: decimal("1"),
  lotsMin: 1,
  lotsMax: 1_000_000,
  notionalMin: decimal("0"),
  makerBps: 10,
  takerBps: 10,
  feeStep: decimal("0.00000001"),
  status: "trading",
  market: "tape",
};

/** A wave of prices, a print every ten seconds, for two hours. */
const source = (): TickSource => {
  let k = 0;
  return {
    listings: [listing as never],
    nextAt: () => (k < 720 ? 10 * MINUTE + k * 10_000 : undefined),
    apply: (stage: TickStage) => {
      const ticks = 10_000 + Math.round(300 * Math.sin(k / 40));
      stage.print("AAABBB", k + 1, ticks, 40, "buy", 10 * MINUTE + k * 10_000);
      k += 1;
    },
  };
};

const settings = (): TickSettings => ({
  source: source(),
  venue: "paper" as never,
  account: "main" as never,
  balances: { BBB: decimal("10000") as never },
  nonce: "n",
  portfolio: { id: "main" as never, limits: parseLimits({}), balanceSettleMs: 10_000 },
  strategies: [
    {
      id: "cross" as never,
      strategy: movingAverageCross,
      params: parseParams(movingAverageCross as never, { fast: 3, slow: 8 }),
      instruments: ["paper:AAA/BBB" as InstrumentId],
      capital: decimal("5000") as never,
    },
  ],
});

const ran = () => {
  const { turns, state } = tickBacktest(settings());
  return { turns: timed(turns), state };
};

const explained = (run: readonly TimedTurn[]) => {
  const { turns: backtest, state } = ran();
  const { venue, account, balances } = settings();
  const arrivals = arrivalsOf(ordersOf(run).values());
  const again = venueAgain({ source: source(), venue, account, balances, arrivals });
  const total = (asset: string): bigint =>
    state.accounts.get("main" as never)!.balances.get(asset as never) ?? 0n;
  return explain({
    run,
    backtest,
    again,
    endedAt: 10 * MINUTE + 7_200_000,
    candleMs: () => MINUTE,
    warmUntil: () => 0,
    held: (asset) => [total(asset), total(asset)],
    riddles: [],
  });
};

/** The first event of this type, altered. */
const altered = <T extends PortfolioEvent["type"]>(
  turns: readonly TimedTurn[],
  type: T,
  change: (event: Extract<PortfolioEvent, { type: T }>) => PortfolioEvent,
): TimedTurn[] => {
  let done = false;
  return turns.map((turn) => ({
    ...turn,
    events: turn.events.map((event) => {
      if (done || event.type !== type) return event;
      done = true;
      return change(event as Extract<PortfolioEvent, { type: T }>);
    }),
  }));
};

describe("two runs", () => {
  it("that are equal differ in nothing", () => {
    const found = explained(ran().turns);
    expect(found.orders.run).toBeGreaterThan(4);
    expect(found).toMatchObject({ causes: [], difference: 0n, unexplained: [] });
    expect(found.orders.paired).toBe(found.orders.run);
    expect(found.decisions.paired).toBe(found.decisions.run);
  });

  it("a fill at a price that the prints do not give is unexplained, and so is its money", () => {
    const turns = altered(ran().turns, "OrderFilled", (event) => ({
      ...event,
      fill: {
        ...event.fill,
        price: (event.fill.price + 1n) as Price,
        notional: (event.fill.notional + 7n) as never,
      },
    }));
    const { unexplained, causes } = explained(turns);
    expect(unexplained[0]!.what).toMatch(/fill 1 is buy .* at .*, the prints give buy /);
    // The balances are those of the fills as they were: seven units of 1e-18 are missing from the sum again.
    expect(causes.map(({ cause }) => cause)).toEqual(["unexplained"]);
  });

  it("a decision that only one of them took is unexplained while the strategy stood the same", () => {
    const { turns } = ran();
    const first = turns.findIndex(({ command }) => command.type === "Propose");
    const { command } = turns[first]!;
    if (command.type !== "Propose") throw new Error("a proposal");
    const asks = [
      {
        type: "aim" as const,
        instrument: "paper:AAA/BBB" as InstrumentId,
        exposure: 0.3,
        reason: "whim",
        numbers: [1],
      },
    ];
    const planted = turns.with(first, { ...turns[first]!, command: { ...command, asks } });
    const { unexplained } = explained(planted);
    expect(unexplained.map(({ what }) => what)).toEqual([
      expect.stringContaining("only in the run: cross"),
      expect.stringContaining("only in the backtest: cross"),
    ]);
  });

  it("a decision from before the run's strategy was there is not begun, and one from after is", () => {
    const { turns } = ran();
    const first = turns.findIndex(({ command }) => command.type === "Propose");
    const { command } = turns[first]!;
    if (command.type !== "Propose") throw new Error("a proposal");
    const causesOf = (begunAt: number) => {
      const planted = turns
        .with(first, { ...turns[first]!, command: { ...command, asks: [] } })
        .map((turn) => (turn.command.type === "Allot" ? { ...turn, takenAt: begunAt } : turn));
      const { causes, unexplained } = explained(planted);
      return [causes.map(({ cause }) => cause), unexplained.length];
    };
    expect(causesOf(command.at)).toEqual([["not-begun"], 0]);
    expect(causesOf(command.at - 1)).toEqual([[], 1]);
  });

  it("a last price that had not printed is unexplained", () => {
    const { turns } = ran();
    const first = turns.findIndex(({ command }) => command.type === "Propose");
    const { command } = turns[first]!;
    if (command.type !== "Propose") throw new Error("a proposal");
    const mark = { last: 5n as Price, bid: 5n as Price, ask: 5n as Price };
    const planted = turns.with(first, {
      ...turns[first]!,
      command: { ...command, marks: { "paper:AAA/BBB": mark } },
    });
    expect(explained(planted).unexplained.map(({ what }) => what)).toEqual([
      "paper:AAA/BBB was taken for 0.000000000000000005, which had not printed last",
    ]);
  });

  it("a fill that never was booked is told, unless the run was ending", () => {
    const orders = [...ordersOf(ran().turns).values()];
    const { venue, account, balances } = settings();
    const again = venueAgain({ source: source(), venue, account, balances, arrivals: arrivalsOf(orders) });
    const { closed, ...open } = orders[0]!;
    const unbooked: OrderPath[] = [{ ...open, fills: [] }];
    expect(closed?.status).toBe("filled");
    expect(fillRiddles(unbooked, again, Infinity)[0]!.what).toContain("fill 1 is missing");
    expect(fillRiddles(unbooked, again, 0)).toEqual([]);
  });
});
