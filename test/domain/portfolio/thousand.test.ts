/**
 * A thousand strategies on one account: after a long random run their sub-ledgers sum to the venue's account to the
 * last unit, and all of them acting at one candle's close are decided well within 300 ms.
 */
import { describe, expect, it } from "vitest";
import type { PortfolioCommand } from "../../../domain/portfolio/commands.ts";
import { effectOf } from "../../../domain/portfolio/news.ts";
import { portfolioDecider } from "../../../domain/portfolio/portfolio.ts";
import type { PortfolioEvent } from "../../../domain/portfolio/events.ts";
import { portfolioView } from "../../../domain/portfolio/view.ts";
import { parseLimits } from "../../../domain/risk/limits.ts";
import { toJson } from "../../../domain/values/json.ts";
import { money, type PortfolioId, type VenueId } from "../../../domain/values/values.ts";
import { Floor } from "./floor.ts";
import { checkBooks } from "./invariants.ts";
import { ACCOUNT, aim, amounts, instrument, limit, strategy, time } from "./words.ts";

const STRATEGIES = 1_000;
const ROUNDS = 60;
const bases = ["BTC", "ETH", "BNB", "XRP", "ADA", "SOL", "DOT", "LTC", "TRX", "EOS", "XLM", "NEO"];
const instruments = bases.map((base) => instrument(`${base}/USDT`));
const start = amounts({ USDT: "10000000", BNB: "1000" });

/** Park and Miller's minimal standard generator. */
const chance = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
};

describe("a thousand strategies on one account", () => {
  it("sum to the account, and decide a candle's close in time", () => {
    const floor = new Floor(instruments, start, 1_000);
    floor.venue.payFeesIn(ACCOUNT, {
      asset: "BNB",
      rates: new Map([["USDT", money("0.01")], ...bases.map((base) => [base, money("1")] as const)]),
    });
    const decider = portfolioDecider({
      id: "p" as PortfolioId,
      limits: parseLimits({ grossNotionalMax: 9_000_000, ordersPerMinute: 100_000 }),
      balanceSettleMs: 5_000,
    });
    const state = decider.initial();
    const journal: PortfolioEvent[] = [];
    const draw = chance(7);
    let orders = 0;

    const turn = (commands: readonly PortfolioCommand[]): readonly PortfolioEvent[] => {
      const events: PortfolioEvent[] = [];
      const apply = (news: readonly PortfolioEvent[]): void => {
        for (const event of news) {
          decider.evolve(state, event);
          events.push(event);
        }
      };
      for (const command of commands) apply(decider.decide(state, command));
      apply(decider.settle(state));
      for (const event of events) journal.push(event);
      return events;
    };
    const send = (events: readonly PortfolioEvent[]): void => {
      for (const event of events) {
        const effect = effectOf(event);
        if (effect === undefined) continue;
        if (effect.type === "place") orders += 1;
        floor.take(effect);
      }
    };
    /** All that the venue told, in a random order, some of it twice, in batches as a mailbox drains them. */
    const hear = (): void => {
      while (floor.pending.length > 0) {
        const told = floor.pending.splice(0);
        for (let k = told.length - 1; k > 0; k -= 1) {
          const other = draw(k + 1);
          [told[k], told[other]] = [told[other]!, told[k]!];
        }
        for (let k = 0; k < told.length; k += 256) {
          const batch = told.slice(k, k + 256);
          send(turn(draw(4) === 0 ? [...batch, ...batch] : batch));
        }
      }
    };
    const proposal = (k: number, round: number, marks: ReturnType<Floor["marks"]>): PortfolioCommand => {
      const { id, symbol } = instruments[(k * 7 + draw(2)) % instruments.length]!;
      const last = floor.midTicks(symbol) / 100;
      const side = draw(2) === 0 ? "buy" : "sell";
      const away = (draw(40) / 100) * (side === "buy" ? -1 : 1);
      return {
        type: "Propose",
        strategy: strategy(`s${k}`),
        account: ACCOUNT,
        sequence: round,
        at: time(floor.now),
        marks: { [id]: marks[id]! },
        asks:
          draw(5) > 0
            ? [aim(draw(11) / 10, id)]
            : [{ type: "cancel", tag: "t" }, limit(side, 1 + draw(20), last + away, { instrument: id })],
      };
    };

    turn([
      ...instruments.map((one): PortfolioCommand => ({
        type: "InstrumentChanged",
        instrument: one,
        at: time(1),
      })),
      {
        type: "OpenAccount",
        account: ACCOUNT,
        venue: "sandbox" as VenueId,
        balances: start,
        nonce: "n",
        at: time(1),
      },
      ...Array.from({ length: STRATEGIES }, (_, k): PortfolioCommand => ({
        type: "Allot",
        strategy: strategy(`s${k}`),
        account: ACCOUNT,
        asset: "USDT" as never,
        amount: money("9000"),
        at: time(1),
      })),
    ]);

    const closes: number[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      floor.now += 60_000;
      for (const { symbol } of instruments)
        floor.quote(
          symbol,
          Math.max(1_000, floor.midTicks(symbol) + draw(101) - 50),
          50_000 + draw(5_000_000),
        );
      hear();
      const marks = floor.marks();
      const wishes = Array.from({ length: STRATEGIES }, (_, k) => proposal(k, round, marks));
      const turns: (readonly PortfolioEvent[])[] = [];
      const begun = performance.now();
      // The mailbox hands over at most 256 commands a turn.
      for (let k = 0; k < STRATEGIES; k += 256) turns.push(turn(wishes.slice(k, k + 256)));
      closes.push(performance.now() - begun);
      turns.forEach(send);
      hear();
    }

    checkBooks(state);
    const ours = Object.fromEntries(state.accounts.get(ACCOUNT)!.balances);
    for (const [asset, amount] of Object.entries(floor.balances()))
      expect([asset, ours[asset]]).toEqual([asset, amount]);
    expect([...state.orders.keys()].sort()).toEqual(
      floor.venue
        .openOrders(ACCOUNT)
        .map((order) => order.clientId)
        .sort(),
    );

    const { counters } = portfolioView(state);
    closes.sort((a, b) => a - b);
    const median = closes[closes.length >> 1]!;
    console.log(
      `${STRATEGIES} proposals at one close: median ${median.toFixed(1)} ms, worst ${closes.at(-1)!.toFixed(1)} ms; ` +
        `${orders} sent, ${counters.fills} fills, ${counters.crosses} crossed, ${journal.length} events; ` +
        `snapshot ${(toJson(decider.save(state)).length / 1_048_576).toFixed(1)} MiB; refusals ${JSON.stringify(counters.refusals)}`,
    );
    expect(counters.fills).toBeGreaterThan(5_000);
    expect(counters.crosses).toBeGreaterThan(1_000);

    const again = decider.initial();
    for (const event of journal) decider.evolve(again, event);
    expect(toJson(decider.save(again))).toBe(toJson(decider.save(state)));
  });
});
