/** From settings to actors: what is meant to run in the cluster, and how each kind is made. The same in every process. */
import type { Tenure } from "../adapters/leases/leases.ts";
import type { Actor } from "../mixins/actor.ts";
import type { Wanted } from "../mixins/desired.ts";
import { exchangeActor } from "../actors/exchange.actor.ts";
import { executionActor } from "../actors/execution.actor.ts";
import { portfolioActor } from "../actors/portfolio.actor.ts";
import { recorderActor } from "../actors/recorder.actor.ts";
import { riskActor } from "../actors/risk.actor.ts";
import { strategyActor } from "../actors/strategy.actor.ts";
import { symbolActor } from "../actors/symbol.actor.ts";
import { timeframes, type Timeframe } from "../domain/market/candle.ts";
import { marketOf, venueOf } from "../domain/market/instrument.ts";
import { RISK } from "../contracts/risk.ts";
import { parseLadder } from "../domain/risk/degradation.ts";
import { parseLimits } from "../domain/risk/limits.ts";
import { lookEveryMs, parseRiskPlan } from "../domain/risk/plan.ts";
import type { Strategy } from "../domain/strategy/strategy.ts";
import { Invalid } from "../domain/values/invalid.ts";
import {
  money,
  type AccountId,
  type InstrumentId,
  type PortfolioId,
  type StrategyId,
  type VenueId,
} from "../domain/values/values.ts";
import { isFor, portfolioTerms } from "./contract-terms.ts";
import { kinds } from "./kinds.ts";
import { aroundLive, checkAround, needsAround } from "./live-around.ts";
import { configured } from "./strategy-files.ts";
import type { EnginePorts } from "./ports.ts";
import type { Settings } from "./settings.ts";
import { sharedLimitsOf } from "./shared-limits.ts";
import { accountsOf } from "./strategy-accounts.ts";
import { checkModels } from "./risk-file.ts";

const always: readonly Timeframe[] = ["1m", "5m", "15m", "1h"];
/** Trades of different instruments come over different connections: a candle waits this long, on our clock, for its last. */
const GRACE_MS = 1_000;
const SANDBOX_GRACE_MS = 250;

/** In market time; in lock-step everything has arrived before the time is told. */
const graceOf = (settings: Settings, venue: string): number => {
  const speed = settings.venues[venue]?.sandbox?.speed;
  if (speed === undefined) return GRACE_MS;
  return speed === "max" ? 0 : SANDBOX_GRACE_MS * speed;
};

export interface Plan {
  readonly wanted: readonly Wanted[];
  /** Whose market is followed: both legs of a contract have its one. */
  readonly instruments: readonly InstrumentId[];
  /** `tenure`: of an actor that no two processes may run. */
  readonly make: (wanted: Wanted, tenure?: Tenure) => Promise<Actor>;
}

/** `find` loads a strategy by name, the user's own included; it may read the file anew. Throws `Invalid`. */
export const planOf = async (
  settings: Settings,
  ports: EnginePorts,
  find: (name: string) => Promise<Strategy>,
  tell: (problem: string) => void = () => undefined,
): Promise<Plan> => {
  const enabled = settings.strategies.filter((one) => one.enabled);
  const instruments = [...new Set(enabled.flatMap((one) => one.instruments))] as InstrumentId[];
  const markets = [...new Set(instruments.map(marketOf))];
  const frames = new Set<Timeframe>(always);
  const books = new Set<InstrumentId>();
  const runsHere = settings.roles.some((role) => role === "all" || role === "strategy");
  for (const [i, one] of settings.strategies.entries()) {
    const { strategy, params } = await configured(one, i, find);
    checkAround(settings, i, runsHere && one.enabled);
    const needs = needsAround(strategy, one, `strategies.${i}`, params);
    for (const timeframe of needs.timeframes) frames.add(timeframe);
    if (needs.books === true && one.enabled)
      for (const instrument of one.instruments) books.add(marketOf(instrument as InstrumentId));
  }
  const ordered = [...frames].sort((a, b) => timeframes[a] - timeframes[b]);
  for (const [id, { limits, degradation, risk }] of Object.entries(settings.portfolios)) {
    parseLimits(limits, `portfolios.${id}.limits`);
    parseLadder(degradation, `portfolios.${id}.degradation`);
    const plan = parseRiskPlan(risk, `portfolios.${id}.risk`);
    const ids = settings.strategies.filter(({ portfolio }) => portfolio === id).map((one) => one.id);
    checkModels(plan, `portfolios.${id}.risk`, { ids, of: `portfolio ${id}` });
  }
  const address = (kind: string, ids: Iterable<string>): Wanted[] => [...ids].map((id) => ({ kind, id }));
  return {
    instruments: markets,
    wanted: [
      ...address("exchange", new Set(instruments.map(venueOf))),
      ...address("recorder", ["main"]),
      ...address("symbol", markets),
      ...address("risk", sharedLimitsOf(settings) === undefined ? [] : [RISK]),
      ...address("portfolio", Object.keys(settings.portfolios)),
      ...address(
        "execution",
        Object.values(settings.portfolios).flatMap(({ accounts }) => accounts),
      ),
      ...address(
        "strategy",
        enabled.map(({ id }) => id),
      ),
    ],
    make: (wanted, tenure) =>
      make(
        settings,
        { ...ports, tenure },
        { instruments, markets, books, timeframes: ordered, find, tell },
        wanted,
      ),
  };
};

interface Known {
  /** What is traded. */
  readonly instruments: readonly InstrumentId[];
  readonly markets: readonly InstrumentId[];
  /** Those whose depth a strategy needs. */
  readonly books: ReadonlySet<InstrumentId>;
  readonly timeframes: readonly Timeframe[];
  readonly find: (name: string) => Promise<Strategy>;
  readonly tell: (problem: string) => void;
}

const make = async (
  settings: Settings,
  ports: EnginePorts,
  known: Known,
  { kind, id }: Wanted,
): Promise<Actor> => {
  switch (kind) {
    case "exchange":
      return exchangeActor(
        {
          venue: id as VenueId,
          instruments: known.markets.filter((one) => venueOf(one) === id),
          quotes: settings.venues[id]!.quotes && !ports.replay(id),
          books: known.books,
          timeEveryMs: ports.lockStep ? 0 : 100,
          clockTime: !ports.simulated(id),
        },
        ports,
      );
    case "recorder":
      return recorderActor(known.markets, ports);
    case "symbol": {
      const venue = venueOf(id as InstrumentId);
      return symbolActor(
        {
          instrument: id as InstrumentId,
          venue,
          timeframes: known.timeframes,
          graceMs: graceOf(settings, venue),
          mendFirst: !ports.replay(venue),
          handedOver: settings.nats !== undefined && !ports.replay(venue),
          listenAgain: !ports.lockStep,
        },
        ports,
      );
    }
    case "risk":
      return riskActor(sharedLimitsOf(settings)!, ports);
    case "portfolio":
      return makePortfolio(settings, ports, known, id);
    case "execution": {
      const [portfolio] = Object.entries(settings.portfolios).find(([, { accounts }]) =>
        accounts.includes(id),
      )!;
      const own = settings.accounts[id]!;
      return executionActor(
        {
          account: id as AccountId,
          venue: own.venue as VenueId,
          portfolio,
          instruments: known.instruments.filter((one) => isFor(own, one)),
          reconcileEveryMs: ports.lockStep ? 0 : 60_000,
        },
        ports,
      );
    }
    case "strategy":
      return makeStrategy(settings, ports, known, id);
    default:
      throw new Invalid("kind", `one of ${kinds.join(", ")}`, kind);
  }
};

const makeStrategy = async (
  settings: Settings,
  ports: EnginePorts,
  known: Known,
  id: string,
): Promise<Actor> => {
  const i = settings.strategies.findIndex((one) => one.id === id);
  const one = settings.strategies[i]!;
  const { strategy, params } = await configured(one, i, known.find);
  const tell = (problem: string): void => known.tell(`strategy.${id}: ${problem}`);
  return strategyActor(
    {
      id: id as StrategyId,
      portfolio: one.portfolio,
      accounts: accountsOf(settings, one) as ReadonlyMap<VenueId, AccountId>,
      instruments: one.instruments as InstrumentId[],
      capital: money(one.capital),
      ...lookOf(settings, one.portfolio),
      strategy: aroundLive(strategy, one, `strategies.${i}`, { clock: ports.clock, tell }),
      params,
    },
    ports,
  );
};

/** Under a risk plan the portfolio sees the prices, whether the strategy asks for something or not. */
const lookOf = (settings: Settings, portfolio: string): { readonly lookEveryMs?: number } => {
  const plan = parseRiskPlan(settings.portfolios[portfolio]!.risk, `portfolios.${portfolio}.risk`);
  return plan === undefined ? {} : { lookEveryMs: lookEveryMs(plan) };
};

const makePortfolio = (settings: Settings, ports: EnginePorts, known: Known, id: string): Actor => {
  const { accounts, limits, degradation, risk, approveRaises } = settings.portfolios[id]!;
  const plan = parseRiskPlan(risk, `portfolios.${id}.risk`);
  const shared = sharedLimitsOf(settings);
  const venues = [...new Set(accounts.map((account) => settings.accounts[account]!.venue))] as VenueId[];
  const own = settings.strategies.filter((one) => one.enabled && one.portfolio === id);
  return portfolioActor(
    {
      id: id as PortfolioId,
      limits: parseLimits(limits, `portfolios.${id}.limits`),
      degradation: parseLadder(degradation, `portfolios.${id}.degradation`),
      ...(plan && { risk: plan }),
      ...(approveRaises && { approveRaises }),
      ...(shared?.portfolios.includes(id) === true && { shared }),
      accounts: accounts as AccountId[],
      venues: venues.filter((venue) => known.instruments.some((one) => venueOf(one) === venue)),
      instruments: known.instruments.filter((one) => venues.includes(venueOf(one))),
      strategies: new Map(own.map((one) => [one.id as StrategyId, one.instruments as InstrumentId[]])),
      terms: portfolioTerms(settings, accounts),
      oneByOne: ports.lockStep,
    },
    ports,
  );
};
