/**
 * Position mode of the account, leverage and margin mode of its contracts, kept at the venue as they are configured: asked for first,
 * set only where they differ, asked for again. Both legs of a contract have the same terms. No order that adds leaves before that; a venue that refuses is told of by its own words. Setting what should be may be
 * repeated, so a lost answer needs no care but the next question.
 */
import type { InstrumentId, Timestamp } from "../../domain/values/values.ts";
import { isContract, marketOf, symbolOf, type ContractTerms } from "../../domain/market/instrument.ts";
import type { Exchange } from "./ccxt-words.ts";
import type { Link } from "./link.ts";
import { failureOf } from "./outcome.ts";
import type { Outcome, TermsAtVenue } from "./venue.ts";

/** After a refusal the venue is left alone for so long. */
const REFUSED_FOR_MS = 10_000;

/** What the position mode is kept under beside the symbols: it is the account's. */
const ACCOUNT = "";

type Mode = "net" | "hedge";

interface Found extends ContractTerms {
  readonly at: number;
  readonly positionMode?: Mode;
  readonly problem?: string;
}

export class TermsKeeper {
  private readonly link: Link;
  private readonly wanted: (symbol: string) => ContractTerms | undefined;
  private readonly mode: Mode | undefined;
  private readonly found = new Map<string, Found>();
  private readonly underWay = new Map<string, Promise<Found>>();

  /** Without a `mode` the account must be in one-way mode already, and is left as it is. */
  constructor(link: Link, wanted: (symbol: string) => ContractTerms | undefined, mode: Mode | undefined) {
    this.link = link;
    this.wanted = wanted;
    this.mode = mode;
  }

  /** Somebody changed something at the venue: before the next order it is asked again. */
  forget(): void {
    this.found.clear();
  }

  /** What becomes of an order that adds, where its terms do not stand; undefined where they do. */
  async lacking(instrument: InstrumentId): Promise<Outcome | undefined> {
    const symbol = marketOf(symbolOf(instrument));
    if (!isContract(symbol)) return undefined;
    try {
      const { problem } = await this.stand(symbol);
      const at: Timestamp = this.link.now();
      return problem === undefined
        ? undefined
        : { type: "refused", reason: "contract-terms", detail: problem, at };
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return { type: "not-sent", detail: `terms could not be looked at: ${detail}`, retryAfterMs: 1_000 };
    }
  }

  /** Throws where the venue could not be asked. */
  async arrange(instruments: readonly InstrumentId[]): Promise<readonly TermsAtVenue[]> {
    const told: TermsAtVenue[] = [];
    for (const instrument of instruments) {
      const symbol = marketOf(symbolOf(instrument));
      if (!isContract(symbol) || !this.configured(symbol)) continue;
      const { positionMode, leverage, marginMode, problem } = await this.stand(symbol);
      told.push({
        instrument,
        ...(positionMode === undefined ? {} : { positionMode }),
        ...(leverage === undefined ? {} : { leverage }),
        ...(marginMode === undefined ? {} : { marginMode }),
        ...(problem === undefined ? {} : { problem }),
      });
    }
    return told;
  }

  private configured(symbol: string): boolean {
    return this.mode !== undefined || this.wanted(symbol) !== undefined;
  }

  private stand(symbol: string): Promise<Found> {
    return this.configured(symbol)
      ? this.once(symbol, () => this.keep(symbol))
      : Promise.resolve({ at: this.link.ports.clock.monotonic() });
  }

  /** What is known of it, or on its way; kept anew where neither is, and now and then after a refusal. */
  private once(of: string, keep: () => Promise<Found>): Promise<Found> {
    const known = this.found.get(of);
    const now = this.link.ports.clock.monotonic();
    if (known !== undefined && (known.problem === undefined || now - known.at < REFUSED_FOR_MS))
      return Promise.resolve(known);
    let running = this.underWay.get(of);
    if (running === undefined) {
      running = keep()
        .then((found) => {
          this.found.set(of, found);
          return found;
        })
        .finally(() => this.underWay.delete(of));
      this.underWay.set(of, running);
    }
    return running;
  }

  private async keep(symbol: string): Promise<Found> {
    const exchange = await this.link.ready();
    const at = this.link.ports.clock.monotonic();
    const mode = await this.once(ACCOUNT, () => this.keepMode(exchange, symbol));
    const wanted = this.wanted(symbol);
    if (mode.problem !== undefined || wanted === undefined) return mode;
    const before = await this.ask(exchange, symbol);
    const problem = await this.set(exchange, symbol, wanted, before);
    if (problem === undefined && same(before, wanted)) return { ...mode, ...before, at };
    const after = await this.ask(exchange, symbol);
    if (same(after, wanted)) return { ...mode, ...after, at };
    const told = `${symbol} is to be ${textOf(wanted)} and is ${textOf(after)} at the venue`;
    return { ...mode, ...after, at, problem: problem === undefined ? told : `${told}: ${problem}` };
  }

  /**
   * Before all else: what an order is for depends on it. It is the account's, asked for by any of its symbols. The venue refuses while
   * there are positions or orders.
   */
  private async keepMode(exchange: Exchange, symbol: string): Promise<Found> {
    const at = this.link.ports.clock.monotonic();
    const ask = async (): Promise<Mode> =>
      (await this.link.read(() => exchange.fetchPositionMode(symbol))).hedged === true ? "hedge" : "net";
    const before = await ask();
    if (this.mode === undefined)
      return before === "net"
        ? { at }
        : { at, problem: "the account is in hedge mode, and the ledger keeps one-way mode: switch it over" };
    const wanted = this.mode;
    if (before === wanted) return { at, positionMode: before };
    const refused = await this.refusal([() => exchange.setPositionMode(wanted === "hedge", symbol)]);
    const positionMode = await ask();
    if (positionMode === wanted) return { at, positionMode };
    const problem = `the account is to be in ${wanted} mode and is in ${positionMode} mode at the venue`;
    return { at, positionMode, problem: refused === undefined ? problem : `${problem}: ${refused}` };
  }

  /** Mode before leverage: what a leverage may be depends on it. Gives the venue's refusal. */
  private set(
    exchange: Exchange,
    symbol: string,
    { leverage, marginMode }: ContractTerms,
    now: ContractTerms,
  ): Promise<string | undefined> {
    const calls: (() => Promise<unknown>)[] = [];
    if (marginMode !== undefined && marginMode !== now.marginMode)
      calls.push(() => exchange.setMarginMode(marginMode, symbol));
    if (leverage !== undefined && leverage !== now.leverage)
      calls.push(() => exchange.setLeverage(leverage, symbol));
    return this.refusal(calls);
  }

  /** The venue's words for the first that it refuses; those after it are not asked. */
  private async refusal(calls: readonly (() => Promise<unknown>)[]): Promise<string | undefined> {
    try {
      for (const call of calls) await this.link.read(call, "exit");
      return undefined;
    } catch (error) {
      const failure = failureOf(error);
      if (failure.type === "refused") return failure.detail;
      throw error;
    }
  }

  private async ask(exchange: Exchange, symbol: string): Promise<ContractTerms> {
    const all = await this.link.read(() => exchange.fetchLeverages([symbol]));
    const { longLeverage, marginMode } = all[symbol] ?? {};
    return {
      ...(longLeverage === undefined ? {} : { leverage: Number(longLeverage) }),
      ...(marginMode === undefined ? {} : { marginMode }),
    };
  }
}

const same = (one: ContractTerms, wanted: ContractTerms): boolean =>
  (wanted.leverage === undefined || one.leverage === wanted.leverage) &&
  (wanted.marginMode === undefined || one.marginMode === wanted.marginMode);

const textOf = ({ leverage, marginMode }: ContractTerms): string =>
  `${leverage ?? "?"} times, ${marginMode ?? "any margin"}`;
