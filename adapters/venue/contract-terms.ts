/**
 * Leverage and margin mode of contracts, kept at the venue as they are configured: asked for first, set only where they differ, asked
 * for again. No order that adds leaves before that; a venue that refuses is told of by its own words. Setting what should be may be
 * repeated, so a lost answer needs no care but the next question.
 */
import type { InstrumentId, Timestamp } from "../../domain/values/values.ts";
import { isContract, symbolOf, type ContractTerms } from "../../domain/market/instrument.ts";
import type { Exchange } from "./ccxt-words.ts";
import type { Link } from "./link.ts";
import { failureOf } from "./outcome.ts";
import type { Outcome, TermsAtVenue } from "./venue.ts";

/** After a refusal the venue is left alone for so long. */
const REFUSED_FOR_MS = 10_000;

interface Found extends ContractTerms {
  readonly at: number;
  readonly problem?: string;
}

export class TermsKeeper {
  private readonly link: Link;
  private readonly wanted: (symbol: string) => ContractTerms | undefined;
  private readonly found = new Map<string, Found>();
  private readonly underWay = new Map<string, Promise<Found>>();

  constructor(link: Link, wanted: (symbol: string) => ContractTerms | undefined) {
    this.link = link;
    this.wanted = wanted;
  }

  /** Somebody changed something at the venue: before the next order it is asked again. */
  forget(): void {
    this.found.clear();
  }

  /** What becomes of an order that adds, where its terms do not stand; undefined where they do. */
  async lacking(instrument: InstrumentId): Promise<Outcome | undefined> {
    const symbol = symbolOf(instrument);
    if (!isContract(symbol)) return undefined;
    try {
      const { problem } = await this.stand(symbol);
      const at: Timestamp = this.link.now();
      return problem === undefined
        ? undefined
        : { type: "refused", reason: "contract-terms", detail: problem, at };
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return { type: "not-sent", detail: `leverage could not be looked at: ${detail}`, retryAfterMs: 1_000 };
    }
  }

  /** Throws where the venue could not be asked. */
  async arrange(instruments: readonly InstrumentId[]): Promise<readonly TermsAtVenue[]> {
    const told: TermsAtVenue[] = [];
    for (const instrument of instruments) {
      const symbol = symbolOf(instrument);
      if (!isContract(symbol) || this.wanted(symbol) === undefined) continue;
      const { leverage, marginMode, problem } = await this.stand(symbol);
      told.push({
        instrument,
        ...(leverage === undefined ? {} : { leverage }),
        ...(marginMode === undefined ? {} : { marginMode }),
        ...(problem === undefined ? {} : { problem }),
      });
    }
    return told;
  }

  private stand(symbol: string): Promise<Found> {
    const wanted = this.wanted(symbol);
    const now = this.link.ports.clock.monotonic();
    if (wanted === undefined) return Promise.resolve({ at: now });
    const known = this.found.get(symbol);
    if (known !== undefined && (known.problem === undefined || now - known.at < REFUSED_FOR_MS))
      return Promise.resolve(known);
    let running = this.underWay.get(symbol);
    if (running === undefined) {
      running = this.keep(symbol, wanted)
        .then((found) => {
          this.found.set(symbol, found);
          return found;
        })
        .finally(() => this.underWay.delete(symbol));
      this.underWay.set(symbol, running);
    }
    return running;
  }

  private async keep(symbol: string, wanted: ContractTerms): Promise<Found> {
    const exchange = await this.link.ready();
    const at = this.link.ports.clock.monotonic();
    const { hedged } = await this.link.read(() => exchange.fetchPositionMode(symbol));
    if (hedged === true)
      return {
        at,
        problem: "the account is in hedge mode, and the ledger keeps one-way mode: switch it over",
      };
    const before = await this.ask(exchange, symbol);
    const problem = await this.set(exchange, symbol, wanted, before);
    if (problem === undefined && same(before, wanted)) return { ...before, at };
    const after = await this.ask(exchange, symbol);
    if (same(after, wanted)) return { ...after, at };
    const told = `${symbol} is to be ${textOf(wanted)} and is ${textOf(after)} at the venue`;
    return { ...after, at, problem: problem === undefined ? told : `${told}: ${problem}` };
  }

  /** Mode before leverage: what a leverage may be depends on it. Gives the venue's refusal. */
  private async set(
    exchange: Exchange,
    symbol: string,
    { leverage, marginMode }: ContractTerms,
    now: ContractTerms,
  ): Promise<string | undefined> {
    try {
      if (marginMode !== undefined && marginMode !== now.marginMode)
        await this.link.read(() => exchange.setMarginMode(marginMode, symbol), "exit");
      if (leverage !== undefined && leverage !== now.leverage)
        await this.link.read(() => exchange.setLeverage(leverage, symbol), "exit");
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
