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
import { sharedLimitsOf } from "../shared-limits.ts";
import { SharedWatch } from "./shared-watch.ts";
import { Storm } from "./storm.ts";
import { breaksOf } from "./witness.ts";

export interface SeedRun {
  readonly plan: Plan;
  /** Events of the simulation, entries journaled, orders the venue took, and virtual ms: equal for equal seeds. */
  readonly events: number;
  readonly entries: number;
  readonly orders: number;
  readonly virtualMs: number;
  /** Stops that a portfolio kept itself, and whose price it has seen. */
  readonly triggered: number;
  /** Targets of positions that a price has reached. */
  readonly reached: number;
  readonly broken: readonly Broken[];
  /** What the hosts logged, virtual time first. */
  readonly log: readonly string[];
}

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
  const shared = sharedLimitsOf(ground.settings);
  const watch = shared && new SharedWatch(shared.limits, (detail) => checks.report("shared limits", detail));
  const cluster = new Cluster({
    ...{ seed, planted, ground, log: (line: string) => void log.push(line) },
    stored: (stream, entry, { host }) => {
      const ofPortfolio = stream.startsWith("portfolio.");
      if (!ofPortfolio && !stream.startsWith("risk.")) return;
      checks.writer(stream, entry);
      if (ofPortfolio) {
        checks.stored(entry);
        watch?.stored(stream, entry);
      }
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
  const entries = portfoliosOf(ground).reduce((sum, id) => sum + cluster.journal.of(streamOf(id)).length, 0);
  return {
    ...{ plan, events: cluster.time.events, entries, orders },
    ...{ virtualMs: Math.round(cluster.time.now), broken: checks.broken, log },
    triggered: checks.triggered,
    reached: checks.reached,
  };
};

const portfoliosOf = ({ settings }: Ground): readonly string[] => Object.keys(settings.portfolios);
const streamOf = (portfolio: string): string => `portfolio.${portfolio}`;

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
  const portfolios = new Map(
    portfoliosOf(ground).map((id) => [id, ref(wire, PortfolioContract, id, { timeoutMs: 30_000 })] as const),
  );
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
  for (const [id, portfolio] of portfolios) {
    // Who grants may have come up only now.
    const ended = async (): Promise<boolean> => (await portfolio.view()).grant?.ended === true;
    if (sharedLimitsOf(settings) !== undefined)
      for (let left = LOOKS; left > 0 && (await ended()); left -= 1)
        if (left === 1) checks.report("granted again", `${id} has no grant in the calm`);
        else await pause();
  }
  for (const portfolio of portfolios.values()) {
    await persist(() => portfolio.halt({ level: "all", by, reason: "the end", at }));
    await persist(() => portfolio.cancelOrders({ stops: true, by, at }));
  }
  for (const portfolio of portfolios.values())
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
      const standing = await portfolios.get(one.portfolio)!.standing({
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
  for (const [id, portfolio] of portfolios) {
    const own = exchanges.filter(({ account }) => settings.portfolios[id]!.accounts.includes(account));
    for (let left = LOOKS; left > 0; left -= 1) {
      const view = await portfolio.view();
      const rebuilt = await folded(cluster, settings, id);
      if (left > 1 && !isSame(view, rebuilt)) await pause();
      else {
        checks.atRest(own, journal.of(streamOf(id)), view, rebuilt);
        break;
      }
    }
  }
};

/** What the journal alone gives. */
const folded = async ({ journal }: Cluster, settings: Settings, id: string): Promise<PortfolioView> => {
  const decider = portfolioDecider({
    ...{ id: id as PortfolioId, balanceSettleMs: 10_000 },
    limits: parseLimits(settings.portfolios[id]!.limits),
  });
  const state = decider.initial();
  for await (const { turns } of journal.read(streamOf(id)))
    for (const { events } of turns)
      for (const event of events) decider.evolve(state, event as PortfolioEvent);
  return portfolioView(state);
};
