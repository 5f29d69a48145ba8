/** The trades of one instrument: heard, put in order, completed from REST, and watched for silence. */
import type { Trade } from "../../domain/market/tick.ts";
import type { Timestamp } from "../../domain/values/values.ts";
import type { Exchange, UnifiedTrade } from "./ccxt-words.ts";
import { TradeSequence, type Offered } from "./gap.ts";
import { fullJitterMs, wait } from "./guard.ts";
import type { Link } from "./link.ts";
import { tradeOf } from "./mapping.ts";

const PAGE = 1_000;
const PAGES_MAX = 50;
/** Silence is suspicious after this many usual pauses between two trades. */
const SUSPICIOUS_PAUSES = 20;
/** How long missed trades are asked for again while the venue fails, and the longest pause between. Later trades are held meanwhile. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 500;

export class TradeFeed {
  readonly symbol: string;
  /** The venue's own name: "XRPETH". */
  readonly marketId: string;
  gapsFilled = 0;
  lastArrivalAt: Timestamp;
  private readonly link: Link;
  private readonly exchange: Exchange;
  private readonly tell: (trades: readonly Trade[]) => void;
  private readonly sequence: TradeSequence;
  private meanPauseMs = 0;
  private checkedAt = 0;
  private nth = 0;
  /** Requests under way for trades that were missed. */
  private asking = 0;

  constructor(link: Link, exchange: Exchange, symbol: string, tell: (trades: readonly Trade[]) => void) {
    this.link = link;
    this.exchange = exchange;
    this.symbol = symbol;
    this.marketId = exchange.market(symbol).id;
    this.tell = tell;
    this.sequence = new TradeSequence(link.dialect.denseTradeIds);
    this.lastArrivalAt = link.ports.clock.now();
  }

  get lastId(): number {
    return this.sequence.lastId;
  }

  get lost(): number {
    return this.sequence.lost;
  }

  get behind(): boolean {
    return this.asking > 0;
  }

  hear(trades: readonly UnifiedTrade[]): void {
    const now = this.link.ports.clock.now();
    const pause = now - this.lastArrivalAt;
    // Exponential mean with a memory of about 20 messages.
    this.meanPauseMs += (pause - this.meanPauseMs) / 20;
    this.lastArrivalAt = now;
    this.settle(this.sequence.offer(this.read(trades)));
  }

  /** After a loss: what traded meanwhile, without waiting for the next live trade. */
  async catchUp(): Promise<void> {
    if (this.sequence.lastId === 0) return;
    const before = this.sequence.lastId;
    this.asking += 1;
    const missed = await this.fetchMissed(before + 1, Infinity).finally(() => (this.asking -= 1));
    if (missed.length === 0) return;
    this.settle(this.sequence.offer(missed));
    if (this.sequence.lastId > before) this.gapsFilled += 1;
  }

  silentFor(staleAfterMs: number): boolean {
    const now = this.link.ports.clock.now();
    const patience = Math.max(staleAfterMs, this.meanPauseMs * SUSPICIOUS_PAUSES);
    return now - Math.max(this.lastArrivalAt, this.checkedAt) > patience;
  }

  /** Asks REST for the latest trade: true when it is later than what the stream told. */
  async missedSomething(): Promise<boolean> {
    this.checkedAt = this.link.ports.clock.now();
    const told = this.sequence.lastId;
    const latest = await this.fetchPage(undefined, 1);
    const last = latest.at(-1);
    if (last === undefined || this.sequence.lastId !== told) return false;
    if (told === 0) return last.at > this.lastArrivalAt + this.link.offsetMs;
    return this.link.dialect.denseTradeIds ? last.id > told : last.at > this.sequence.lastAt;
  }

  private settle(offered: Offered): void {
    if (offered.tell.length > 0) this.tell(offered.tell);
    if (offered.missing === undefined) return;
    const { from, to } = offered.missing;
    this.asking += 1;
    this.fetchMissed(from, to)
      .catch((error: unknown) => {
        this.link.tell(error);
        return [];
      })
      .then((fetched) => {
        const lost = this.sequence.lost;
        const rest = this.sequence.filled(fetched);
        if (this.sequence.lost > lost)
          this.link.tell(`${this.symbol}: ${this.sequence.lost - lost} trades from ${from} could not be had`);
        else this.gapsFilled += 1;
        this.settle(rest);
      })
      .catch((error: unknown) => this.link.tell(error))
      .finally(() => (this.asking -= 1));
  }

  /** A venue in trouble, or a breaker that is open for a moment, is no reason to call trades lost that it still has. */
  private async fetchMissed(from: number, to: number): Promise<readonly Trade[]> {
    const { clock, chance } = this.link.ports;
    const until = clock.monotonic() + PATIENCE_MS;
    for (;;) {
      try {
        return await this.fetch(from, to);
      } catch (error) {
        if (this.link.closed || clock.monotonic() > until) throw error;
        await wait(clock, PAUSE_MS / 2 + fullJitterMs(0, PAUSE_MS / 2, PAUSE_MS / 2, chance));
      }
    }
  }

  /** Trades `from`..`to` as far as the venue still has them, oldest first. */
  private async fetch(from: number, to: number): Promise<readonly Trade[]> {
    const found: Trade[] = [];
    let next = from;
    for (let page = 0; page < PAGES_MAX && next <= to; page += 1) {
      const trades = await this.fetchPage(next, PAGE);
      const fresh = trades.filter(({ id }) => id >= next && id <= to);
      found.push(...fresh);
      const last = fresh.at(-1);
      if (last === undefined || trades.length < PAGE) break;
      next = last.id + 1;
    }
    return found;
  }

  private async fetchPage(from: number | undefined, limit: number): Promise<readonly Trade[]> {
    const { dialect, guard } = this.link;
    const keyed = (this.exchange.apiKey ?? "") !== "";
    const params = from === undefined ? dialect.tradesFrom(0, false) : dialect.tradesFrom(from, keyed);
    const since = params === undefined && from !== undefined ? this.sequence.lastAt : undefined;
    const trades = await guard.read("public", () =>
      this.exchange.fetchTrades(this.symbol, since, limit, params ?? {}),
    );
    const read = this.read(trades);
    // Without dense ids only time tells what is new.
    const fresh = since === undefined ? read : read.filter(({ at }) => at > since);
    return fresh.sort((a, b) => a.id - b.id);
  }

  /** One trade that cannot be read is told and left out; the others stand. */
  private read(trades: readonly UnifiedTrade[]): Trade[] {
    const read: Trade[] = [];
    for (const trade of trades) {
      try {
        read.push(tradeOf(trade, (this.nth += 1)));
      } catch (error) {
        this.link.tell(error);
      }
    }
    return read;
  }
}
