/**
 * One seed: a cluster, its storm, the calm after it, and what must hold then. Equal seeds give equal runs, to the event.
 */
import { ref } from "../../contracts/contract.ts";
import { ExecutionContract } from "../../contracts/execution.ts";
import { PortfolioContract } from "../../contracts/portfolio.ts";
import { StrategyContract } from "../../contracts/strategy.ts";
import { portfolioDecider } from "../../domain/portfolio/portfolio.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import { portfolioView, type PortfolioView } from "../../domain/portfolio/view.ts";
import { parseLimits } from "../../domain/risk/limits.ts";
import type { AccountId, InstrumentId, PortfolioId, StrategyId } from "../../domain/values/values.ts";
import type { Wire } from "../../mixins/wire.ts";
import { Checks, disagreement, isSame, type Broken } from "./checks.ts";
import { Cluster, type Planted } from "./cluster.ts";
import { wandererGround, type Ground } from "./ground.ts";
import { planOfSeed, type Plan } from "./plan.ts";
import type { Settings } from "../settings.ts";
import { accountsOf } from "../strategy-accounts.ts";
import { Storm } from "./storm.ts";
import { breaksOf } from "./witness.ts";

export interface SeedRun {
  readonly plan: Plan;
  /** Events of the simulation, entries journaled, orders the venue took, and virtual ms: equal for equal seeds. */
  readonly events: number;
  readonly entries: number;
  readonly orders: number;
  readonly virtualMs: number;
  readonly broken: readonly Broken[];
  /** What the hosts logged, virtual time first. */
  readonly log: readonly string[];
}

const STREAM = "portfolio.main";
/** After the calm everything must come to rest within this. */
const REST_MS = 90_000;
const LOOK_MS = 250;
/** How often at most. */
const LOOKS = 40;

export const runSeed = async (
  seed: number,
  planted?: Planted,
  ground: Ground = wandererGround(),
): Promise<SeedRun> => {
  const plan = planOfSeed(seed);
  const log: string[] = [];
  const checks = new Checks(() => cluster.time.now);
  const cluster = new Cluster({
    ...{ seed, planted, ground, log: (line: string) => void log.push(line) },
    stored: (stream, entry, { host }) => {
      if (stream !== STREAM) return;
      checks.stored(entry);
      storm.passed("stored", host);
    },
  });
  let orders = 0;
  for (const { exchange } of cluster.venues)
    exchange.onTaken = (order) => {
      orders += 1;
      checks.taken(order);
    };
  const storm = new Storm(cluster, plan);
  for (const { doors } of cluster.venues) doors.onPassed = (moment, host) => storm.passed(moment, host);
  await cluster.time.run(plan.calmAtMs + ground.afterMs);
  await conclude(cluster, checks, ground);
  return {
    ...{ plan, events: cluster.time.events, entries: cluster.journal.of(STREAM).length, orders },
    ...{ virtualMs: Math.round(cluster.time.now), broken: checks.broken, log },
  };
};

/** Stops trading, waits until nothing is under way, and compares. */
const conclude = async (cluster: Cluster, checks: Checks, ground: Ground): Promise<void> => {
  const [wire] = [...cluster.wires()].filter(({ leaving }) => !leaving);
  if (wire === undefined) throw new Error("no host is left in the calm");
  const outcome: { done?: boolean; error?: Error } = {};
  void settle(cluster, wire, { checks, ground }).then(
    () => (outcome.done = true),
    (error: unknown) => (outcome.error = error as Error),
  );
  const over = (): boolean => outcome.done === true || outcome.error !== undefined;
  await cluster.time.run(cluster.time.now + REST_MS, over);
  if (outcome.done !== true)
    checks.report(
      "comes to rest",
      outcome.error === undefined ? "something never ends" : String(outcome.error),
    );
};

interface Concluding {
  readonly checks: Checks;
  readonly ground: Ground;
}

const settle = async (cluster: Cluster, wire: Wire, { checks, ground }: Concluding): Promise<void> => {
  const { journal } = cluster;
  const exchanges = cluster.venues.map(({ exchange }) => exchange);
  const { settings } = ground;
  const portfolio = ref(wire, PortfolioContract, "main", { timeoutMs: 30_000 });
  const { clock } = wire;
  const pause = (): Promise<void> => new Promise((resolve) => void clock.after(LOOK_MS, resolve));
  const at = exchanges[0]!.marketNow();
  const by = "chaos";
  const until = clock.monotonic() + 60_000;
  // Whoever is asked may be on its way from one host to another; both may come twice.
  const persist = async (ask: () => Promise<unknown>): Promise<void> => {
    for (;;)
      try {
        await ask();
        return;
      } catch (error) {
        if (clock.monotonic() > until) throw error;
        await pause();
      }
  };
  await persist(() => portfolio.halt({ level: "all", by, reason: "the end", at }));
  await persist(() => portfolio.cancelOrders({ stops: true, by, at }));
  while (clock.monotonic() < until && (await portfolio.view()).orders.length > 0) await pause();
  for (const { account } of exchanges)
    await persist(() => ref(wire, ExecutionContract, account, { timeoutMs: 30_000 }).reconcile());
  await pause();
  for (const one of settings.strategies) {
    const strategy = ref(wire, StrategyContract, one.id, { timeoutMs: 30_000 });
    const [account] = accountsOf(settings, one).values();
    const instruments = one.instruments as InstrumentId[];
    // News is on its way to it, and what it asks for meanwhile is refused.
    for (let left = LOOKS; left > 0; left -= 1) {
      const standing = await portfolio.standing({
        ...{ strategy: one.id as StrategyId, account: account as AccountId, instruments },
      });
      const view = await strategy.inspect();
      if (left > 1 && disagreement(view, standing) !== undefined) await pause();
      else {
        checks.candles(one.id, breaksOf(view.state));
        checks.strategy(one.id, view, standing);
        break;
      }
    }
  }
  // Strategies go on proposing: an entry may be stored that its writer does not know of yet.
  for (let left = LOOKS; left > 0; left -= 1) {
    const view = await portfolio.view();
    const rebuilt = await folded(cluster, settings);
    if (left > 1 && !isSame(view, rebuilt)) await pause();
    else {
      checks.atRest(exchanges, journal.of(STREAM), view, rebuilt);
      return;
    }
  }
};

/** What the journal alone gives. */
const folded = async ({ journal }: Cluster, settings: Settings): Promise<PortfolioView> => {
  const decider = portfolioDecider({
    ...{ id: "main" as PortfolioId, balanceSettleMs: 10_000 },
    limits: parseLimits(settings.portfolios["main"]!.limits),
  });
  const state = decider.initial();
  for await (const { turns } of journal.read(STREAM))
    for (const { events } of turns)
      for (const event of events) decider.evolve(state, event as PortfolioEvent);
  return portfolioView(state);
};
