/**
 * Questions about the whole cluster, answered by asking the actors wherever they run. The gateway, the REPL and the
 * metrics ask here and nowhere else. An actor that does not answer in time is named in a 503; nothing waits for ever.
 */
import { ref, type Contract, type Ref } from "../contracts/contract.ts";
import { ExchangeContract } from "../contracts/exchange.ts";
import { ExecutionContract } from "../contracts/execution.ts";
import { Failure } from "../contracts/failure.ts";
import { HostContract, type ActorView } from "../contracts/host.ts";
import { PortfolioContract, type TradeRow } from "../contracts/portfolio.ts";
import { RecorderContract } from "../contracts/recorder.ts";
import { RiskContract } from "../contracts/risk.ts";
import { StrategyContract } from "../contracts/strategy.ts";
import { SymbolContract } from "../contracts/symbol.ts";
import type { PortfolioView } from "../domain/portfolio/view.ts";
import { marketOf } from "../domain/market/instrument.ts";
import { Invalid } from "../domain/values/invalid.ts";
import type { Engine } from "./engine.ts";

export type Seen = Pick<Engine, "wire" | "settings" | "instruments" | "marketNow">;

export interface HostView {
  readonly id: string;
  readonly roles: readonly string[];
  readonly leaving: boolean;
  readonly actors: number;
  /** Why it does not answer; absent when it does. */
  readonly silent?: string;
}

const ANSWER_MS = 3_000;

const inspectable = {
  exchange: ExchangeContract,
  execution: ExecutionContract,
  portfolio: PortfolioContract,
  recorder: RecorderContract,
  risk: RiskContract,
  strategy: StrategyContract,
  symbol: SymbolContract,
} as const;

/** The answer, or a 503 that names the actor; what the actor itself refuses (404, 422) passes. */
const answered = async <T>(actor: string, question: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_MS} ms`)), ANSWER_MS + 200);
  });
  try {
    return await Promise.race([question, late]);
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (typeof code === "number" && code >= 400 && code < 500) throw error;
    throw new Failure(
      "Unavailable",
      `${actor} does not answer: ${(error as Error).message}`,
      503,
      "UNAVAILABLE",
      true,
    );
  } finally {
    clearTimeout(timer);
  }
};

export const overview = ({ wire, settings, instruments, marketNow }: Seen) => {
  const ask = <C extends Contract, T>(
    contract: C,
    id: string,
    question: (actor: Ref<C>) => Promise<T>,
  ): Promise<T> =>
    answered(`${contract.kind}.${id}`, question(ref(wire, contract, id, { timeoutMs: ANSWER_MS })));

  /** Every actor that runs, and every host with what it says; one that is silent is listed as such. */
  const actors = async (): Promise<{ hosts: readonly HostView[]; actors: readonly ActorView[] }> => {
    const told = await Promise.all(
      wire
        .hosts()
        .filter(({ roles }) => roles.length > 0)
        .map(async (host) => {
          try {
            const running = await ask(HostContract, host.id, (one) => one.actors());
            return { host: { ...host, actors: running.length }, running };
          } catch (error) {
            return { host: { ...host, actors: 0, silent: (error as Error).message }, running: [] };
          }
        }),
    );
    return { hosts: told.map(({ host }) => host), actors: told.flatMap(({ running }) => running) };
  };

  const inspect = (kind: string, id: string): Promise<unknown> => {
    if (kind === "host") return ask(HostContract, id, (host) => host.actors());
    const contract = Object.entries(inspectable).find(([name]) => name === kind)?.[1];
    if (contract === undefined)
      throw new Invalid("kind", `one of ${Object.keys(inspectable).join(", ")}, host`, kind);
    // A leg has the market of its contract.
    const named = kind === SymbolContract.kind ? marketOf(id) : id;
    return ask(contract as Contract, named, (actor) => actor["inspect"]!(undefined));
  };

  const portfolioIds = (): readonly string[] => Object.keys(settings.portfolios);
  const portfolio = (id: string): Promise<PortfolioView> =>
    ask(PortfolioContract, id, (actor) => actor.view());
  const portfolios = () =>
    Promise.all(portfolioIds().map(async (id) => ({ portfolio: id, view: await portfolio(id) })));

  /** The newest fills of all portfolios, newest last. */
  const trades = async (limit: number): Promise<readonly (TradeRow & { readonly portfolio: string })[]> => {
    const all = await Promise.all(
      portfolioIds().map(async (id) =>
        (await ask(PortfolioContract, id, (actor) => actor.trades({ limit }))).map((row) => ({
          portfolio: id,
          ...row,
        })),
      ),
    );
    return all
      .flat()
      .sort((a, b) => a.at - b.at)
      .slice(-limit);
  };

  const strategy = async (id: string) => {
    const one = settings.strategies.find((each) => each.id === id);
    if (one === undefined)
      throw new Failure("Unknown", `there is no strategy ${id}`, 404, "NO_SUCH_ACTOR", false);
    const { portfolio: owner, account, capital, enabled } = one;
    const named = { id, portfolio: owner, account, capital, enabled };
    return enabled ? { ...named, ...(await ask(StrategyContract, id, (actor) => actor.inspect())) } : named;
  };

  return {
    actors,
    inspect,
    portfolio,
    portfolios,
    trades,
    strategy,
    strategies: () => Promise.all(settings.strategies.map(({ id }) => strategy(id))),
    symbols: () => Promise.all(instruments.map((id) => ask(SymbolContract, id, (actor) => actor.inspect()))),
    exchange: (id: string) => ask(ExchangeContract, id, (actor) => actor.inspect()),
    recorder: () => ask(RecorderContract, "main", (actor) => actor.inspect()),
    at: marketNow,
  };
};

export type Overview = ReturnType<typeof overview>;
