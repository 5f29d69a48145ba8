/**
 * A portfolio that watches how fresh its venue and accounts are: a real actor on a bus of its own, time passed by hand.
 * Ages that are told, actors that are gone, the way back; each change journaled once, and decided the same again.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import { LOOK_MS } from "../../actors/portfolio/health.ts";
import { portfolioActor } from "../../actors/portfolio.actor.ts";
import type { Clock } from "../../adapters/clock/clock.ts";
import { memoryJournal } from "../../adapters/journal/memory.ts";
import { ref } from "../../contracts/contract.ts";
import { ExchangeContract } from "../../contracts/exchange.ts";
import { ExecutionContract } from "../../contracts/execution.ts";
import { PortfolioContract } from "../../contracts/portfolio.ts";
import type { PortfolioView } from "../../domain/portfolio/view.ts";
import { BALANCE_SETTLE_MS, portfolioDecider } from "../../domain/portfolio/portfolio.ts";
import { defaultLadder } from "../../domain/risk/degradation.ts";
import { parseLimits } from "../../domain/risk/limits.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { PortfolioId, StrategyId, Timestamp, VenueId } from "../../domain/values/values.ts";
import { defineActor } from "../../mixins/actor.ts";
import { replay } from "../../mixins/replay.ts";
import { ACCOUNT, amounts, BTC, instrument, limit, mark } from "../domain/portfolio/words.ts";
import { startNode, type Node } from "../mixins/node.ts";

const MINUTE = 60_000;
const STREAM = "portfolio.main";

class HandClock implements Clock {
  private at = 1_700_000_000_000;
  private timers: { readonly due: number; readonly run: () => void }[] = [];

  now = (): Timestamp => this.at as Timestamp;
  monotonic = (): number => this.at;
  after = (ms: number, run: () => void): (() => void) => {
    const timer = { due: this.at + ms, run };
    this.timers.push(timer);
    return () => void (this.timers = this.timers.filter((one) => one !== timer));
  };

  /** Second by second, so that each look sees its own moment. */
  async pass(ms: number): Promise<void> {
    for (const end = this.at + ms; this.at < end;) {
      this.at += Math.min(LOOK_MS, end - this.at);
      const due = this.timers.filter((one) => one.due <= this.at);
      this.timers = this.timers.filter((one) => one.due > this.at);
      for (const { run } of due) run();
      // Calls inside of one process end within a few turns of the loop.
      for (let k = 0; k < 20; k += 1) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

const limits = parseLimits({});
let node: Node;
let clock: HandClock;
let journal: ReturnType<typeof memoryJournal>;
let sequence = 0;
/** What the venue's actors answer; undefined: nothing. */
let exchange: { market: number } | undefined;
let execution: { account: number; clock: number } | undefined;

const orNothing = <T>(answer: T | undefined): T => {
  if (answer === undefined) throw new Error("no answer");
  return answer;
};
const openVenue = async (): Promise<void> => {
  const instruments = () => [instrument()];
  const handlers = { instruments, health: () => orNothing(exchange) };
  await node.wire.open(defineActor(ExchangeContract, "sandbox", { handlers: handlers as never }));
  const answers = { health: () => orNothing(execution) };
  await node.wire.open(defineActor(ExecutionContract, ACCOUNT, { handlers: answers as never }));
};
const openPortfolio = () =>
  node.wire.open(
    portfolioActor(
      {
        id: "main" as PortfolioId,
        limits,
        degradation: defaultLadder,
        accounts: [ACCOUNT],
        venues: ["sandbox" as VenueId],
        instruments: [BTC],
        strategies: new Map(),
        oneByOne: false,
      },
      {
        clock,
        chance: () => 0,
        activity: node.wire.activity,
        road: node.road,
        marketNow: clock.now,
        journal,
      },
    ),
  );
const portfolio = () => ref(node.wire, PortfolioContract, "main");
const view = (): Promise<PortfolioView> => portfolio().view();
const level = async (): Promise<string> => (await view()).accounts[0]!.level;
const entries = (): Promise<number> => journal.lastSequence(STREAM);
/** The rule that refuses an entry now. */
const refused = async (): Promise<string | undefined> => {
  const before = (await view()).counters.refusals;
  sequence += 1;
  const strategy = `s${sequence}` as StrategyId;
  const marks = { [BTC]: mark("100") };
  const at = clock.now();
  await portfolio().propose({
    strategy,
    account: ACCOUNT,
    sequence: 1,
    at,
    marks,
    asks: [limit("buy", 1, 100)],
  });
  const after = (await view()).counters.refusals;
  return Object.keys(after).find((rule) => after[rule] !== before[rule]);
};

beforeEach(async () => {
  exchange = { market: 0 };
  execution = { account: 0, clock: 0 };
  node = await startNode({ hostId: "alone" }, { kinds: ["exchange", "execution", "portfolio"] });
  clock = new HandClock();
  journal = memoryJournal();
  await openVenue();
  await openPortfolio();
  const balances = amounts({ USDT: "1000" });
  const at = clock.now();
  await portfolio().openAccount({ account: ACCOUNT, venue: "sandbox" as VenueId, balances, nonce: "n", at });
});
afterEach(() => node.broker.stop());

it("a silent market takes entries away at once, and calm gives them back later; nothing else is journaled", async () => {
  await clock.pass(5_000);
  const before = await entries();
  expect(await level()).toBe("full");
  exchange = { market: 20_000 };
  await clock.pass(LOOK_MS);
  expect(await level()).toBe("reducing");
  expect(await entries()).toBe(before + 1);
  expect(await refused()).toBe("degraded");
  const during = await entries();
  await clock.pass(20_000);
  exchange = { market: 0 };
  await clock.pass(9_000);
  expect(await level()).toBe("reducing");
  expect(await entries()).toBe(during);
  await clock.pass(2_000);
  expect(await level()).toBe("full");
  expect(await entries()).toBe(during + 1);
  // As ever: nobody allotted any.
  expect(await refused()).toBe("capital");
  expect((await view()).counters.levels).toEqual({ reducing: 1, full: 1 });
});

it("a venue whose actor does not answer grows older from what it said last, down to halted", async () => {
  exchange = { market: 5_000 };
  await clock.pass(2_000);
  exchange = undefined;
  await clock.pass(9_000);
  expect(await level()).toBe("full");
  await clock.pass(3_000);
  expect(await level()).toBe("reducing");
  await clock.pass(MINUTE);
  expect(await level()).toBe("exits-only");
  await clock.pass(10 * MINUTE);
  expect(await level()).toBe("halted");
  exchange = { market: 0 };
  await clock.pass(12_000);
  expect(await level()).toBe("full");
}, 60_000);

it("a venue's actor of an earlier version, which does not know the question, takes nothing away", async () => {
  await node.wire.close("exchange", "sandbox");
  const handlers = {
    health: () => {
      throw new Invalid("message", "one of instruments, inspect", "health");
    },
  };
  await node.wire.open(defineActor(ExchangeContract, "sandbox", { handlers: handlers as never }));
  await clock.pass(2 * MINUTE);
  expect(await level()).toBe("full");
});

it("an execution actor that never answers is as old as the watch; a clock that is off counts at once", async () => {
  execution = undefined;
  await clock.pass(149_000);
  expect(await level()).toBe("full");
  await clock.pass(3_000);
  expect((await view()).accounts[0]).toMatchObject({
    level: "reducing",
    degraded: { reason: "account", limitMs: 150_000 },
  });
  execution = { account: 0, clock: 1_200 };
  await clock.pass(LOOK_MS);
  expect((await view()).accounts[0]).toMatchObject({
    level: "exits-only",
    degraded: { reason: "clock", ms: 1_200, limitMs: 1_000 },
  });
}, 60_000);

it("a portfolio that starts anew keeps the level until it has seen calm itself, and the journal decides the same", async () => {
  exchange = { market: 70_000 };
  await clock.pass(2_000);
  expect(await level()).toBe("exits-only");
  await node.wire.close("portfolio", "main");
  exchange = { market: 0 };
  await openPortfolio();
  await clock.pass(9_000);
  expect(await level()).toBe("exits-only");
  await clock.pass(3_000);
  expect(await level()).toBe("full");
  const decider = portfolioDecider({ id: "main" as PortfolioId, limits, balanceSettleMs: BALANCE_SETTLE_MS });
  const again = await replay(journal, STREAM, decider);
  expect(again.difference).toBeUndefined();
  expect(again.hashes.decided).toBe(again.hashes.folded);
});
