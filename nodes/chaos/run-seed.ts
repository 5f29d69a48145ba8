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
import type { PortfolioId } from "../../domain/values/values.ts";
import type { Wire } from "../../mixins/wire.ts";
import { Checks, isSame, type Broken } from "./checks.ts";
import { Cluster, type Planted } from "./cluster.ts";
import { planOfSeed, type Plan } from "./plan.ts";
import { settings } from "./settings.ts";
import { ACCOUNT } from "./simulated-exchange.ts";
import { Storm } from "./storm.ts";

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
/** Trading goes on for a while in the calm; then everything must come to rest within this. */
const AFTER_MS = 3_000;
const REST_MS = 90_000;
const LOOK_MS = 250;

export const runSeed = async (seed: number, planted?: Planted): Promise<SeedRun> => {
  const plan = planOfSeed(seed);
  const log: string[] = [];
  const checks = new Checks(() => cluster.time.now);
  const cluster = new Cluster({
    ...{ seed, planted, log: (line: string) => void log.push(line) },
    stored: (stream, entry, { host }) => {
      if (stream !== STREAM) return;
      checks.stored(entry);
      storm.passed("stored", host);
    },
  });
  let orders = 0;
  cluster.exchange.onTaken = (order) => {
    orders += 1;
    checks.taken(order);
  };
  const storm = new Storm(cluster, plan);
  cluster.doors.onPassed = (moment, host) => storm.passed(moment, host);
  await cluster.time.run(plan.calmAtMs + AFTER_MS);
  await conclude(cluster, checks);
  return {
    ...{ plan, events: cluster.time.events, entries: cluster.journal.of(STREAM).length, orders },
    ...{ virtualMs: Math.round(cluster.time.now), broken: checks.broken, log },
  };
};

/** Stops trading, waits until nothing is under way, and compares. */
const conclude = async (cluster: Cluster, checks: Checks): Promise<void> => {
  const [wire] = [...cluster.wires()].filter(({ leaving }) => !leaving);
  if (wire === undefined) throw new Error("no host is left in the calm");
  const outcome: { done?: boolean; error?: Error } = {};
  void settle(cluster, wire, checks).then(
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

const settle = async (cluster: Cluster, wire: Wire, checks: Checks): Promise<void> => {
  const { exchange, journal } = cluster;
  const portfolio = ref(wire, PortfolioContract, "main", { timeoutMs: 30_000 });
  const { clock } = wire;
  const pause = (): Promise<void> => new Promise((resolve) => void clock.after(LOOK_MS, resolve));
  const at = exchange.marketNow();
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
  await persist(() => ref(wire, ExecutionContract, ACCOUNT, { timeoutMs: 30_000 }).reconcile());
  await pause();
  for (const { id } of settings.strategies) {
    const { state } = await ref(wire, StrategyContract, id, { timeoutMs: 30_000 }).inspect();
    checks.candles(id, state["breaks"] as readonly string[]);
  }
  // Strategies go on proposing: an entry may be stored that its writer does not know of yet.
  for (let left = 40; left > 0; left -= 1) {
    const view = await portfolio.view();
    const rebuilt = await folded(cluster);
    if (left > 1 && !isSame(view, rebuilt)) await pause();
    else {
      checks.atRest(exchange, journal.of(STREAM), view, rebuilt);
      return;
    }
  }
};

/** What the journal alone gives. */
const folded = async ({ journal }: Cluster): Promise<PortfolioView> => {
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
