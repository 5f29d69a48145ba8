/**
 * Exact books that go the short way as long as they can: while a strategy only aims, one order at a time, on one spot market whose
 * amounts doubles hold exactly, an `AimLedger` does what the portfolio would. At the first ask that is more than that the portfolio
 * takes all the turns again, which brings it to where the ledger stands, and goes on for good.
 */
import type { PortfolioCommand } from "../../domain/portfolio/commands.ts";
import { proposalOf } from "../../domain/portfolio/proposal.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import { parseLimits, type Limits } from "../../domain/risk/limits.ts";
import type { Ask } from "../../domain/strategy/desk.ts";
import type { OpenOrder } from "../../domain/strategy/strategy.ts";
import { DECIMALS, fromFloat, type Timestamp } from "../../domain/values/values.ts";
import { AimGrid } from "./aim-grid.ts";
import { AimLedger, type Aim } from "./aim-ledger.ts";
import type { Books, Hear } from "./books.ts";
import type { CandleVenue } from "./candle-venue.ts";
import type { ExactBooks } from "./exact-books.ts";
import { ExactMarks } from "./exact-marks.ts";
import { ACCOUNT, ExactOrder, fillOf, STRATEGY } from "./exact-orders.ts";
import type { OrderLog } from "./order-log.ts";
import type { BacktestSettings } from "./settings.ts";
import type { TradeLog } from "./trade-log.ts";
import type { Unfilled, VenueNews } from "./venue-order.ts";

/** What was asked, at which price, and what was sent for it. */
interface AimTurn {
  readonly aim: Aim;
  readonly at: number;
  readonly last: number;
  readonly order: ExactOrder | undefined;
}

interface Logs {
  readonly orders: OrderLog;
  readonly trades: TradeLog;
}

const NONE: readonly never[] = [];

/** Whether nothing limits an order but the collar, by which a market order is only reserved. */
const isOpen = (limits: Limits): boolean =>
  Object.keys(limits).every((name) => name === "collarPercent" || name === "marketReachPercent");

export class AimBooks implements Books, VenueNews<ExactOrder> {
  readonly #books: ExactBooks;
  readonly #instrument: Instrument;
  readonly #logs: Logs;
  readonly #hear: Hear;
  /** Undefined once the portfolio has taken over. */
  #ledger: AimLedger | undefined;
  readonly #turns: AimTurn[] = [];
  #venue!: CandleVenue<ExactOrder>;
  #issued = 0;

  private constructor(books: ExactBooks, ledger: AimLedger, instrument: Instrument, logs: Logs, hear: Hear) {
    this.#books = books;
    this.#ledger = ledger;
    this.#instrument = instrument;
    this.#logs = logs;
    this.#hear = hear;
  }

  /** For a trader that does not listen to its orders. The books themselves where there is no short way. */
  static before(
    books: ExactBooks,
    instruments: readonly Instrument[],
    { startingBalance, limits = parseLimits(undefined), risk }: BacktestSettings,
    logs: Logs,
    hear: Hear,
  ): AimBooks | ExactBooks {
    const instrument = instruments[0]!;
    const grid = instruments.length === 1 ? AimGrid.of(instrument) : undefined;
    if (grid === undefined || risk !== undefined || !isOpen(limits)) return books;
    const cash = fromFloat(startingBalance, "startingBalance");
    if (cash % 10n ** BigInt(DECIMALS - grid.cashDecimals) !== 0n) return books;
    return new AimBooks(books, new AimLedger(instrument, limits, grid, cash), instrument, logs, hear);
  }

  get cash(): number {
    return this.#books.cash;
  }

  get positions(): Float64Array {
    return this.#books.positions;
  }

  get refusals(): ReadonlyMap<string, number> {
    return this.#ledger === undefined ? this.#books.refusals : this.#ledger.refusals;
  }

  connect(venue: CandleVenue<ExactOrder>): void {
    this.#venue = venue;
    this.#books.connect(venue);
  }

  propose(asks: readonly Ask[], at: number): void {
    const ledger = this.#ledger;
    let aim: Aim | undefined;
    let more = false;
    for (const ask of asks)
      if (ask.type === "aim" && aim === undefined) aim = ask;
      else if (ask.type !== "wake") more = true;
    const last = this.#venue.last[0]!;
    if (aim === undefined && !more) return;
    if (aim === undefined || more || this.#venue.working > 0 || ledger?.takes(aim, last) !== true)
      this.#whole().propose(asks, at);
    else this.#take(ledger, aim, at, last);
  }

  openOrders(): readonly OpenOrder[] {
    return this.#venue.working === 0 && this.#ledger !== undefined ? NONE : this.#whole().openOrders();
  }

  tick(at: number): void {
    if (this.#ledger === undefined) this.#books.tick(at);
  }

  accepted(order: ExactOrder, at: number): void {
    this.#whole().accepted(order, at);
  }

  seen(i: number, price: number, at: number): void {
    this.#books.seen(i, price, at);
  }

  told(): void {
    this.#books.told();
  }

  ended(order: ExactOrder, status: Unfilled, reason: string, at: number): void {
    this.#whole().ended(order, status, reason, at);
  }

  filled(order: ExactOrder, told: number, maker: boolean, at: number): void {
    if (maker || this.#ledger?.fill(order.logged, told, at) !== true) {
      this.#whole().filled(order, told, maker, at);
      return;
    }
    this.#logs.trades.filled(0, order.logged);
    this.#told();
  }

  #take(ledger: AimLedger, aim: Aim, at: number, last: number): void {
    const logged = ledger.aim(aim, last);
    const order = logged && new ExactOrder(0, logged);
    this.#turns.push({ aim, at, last, order });
    if (order !== undefined) {
      this.#issued += 1;
      const id = `${this.#books.prefix}${this.#issued.toString(36)}`;
      this.#logs.orders.approved(order.logged, id, this.#instrument.symbol, at);
      this.#venue.place(order);
    }
    this.#told();
  }

  /** The trader listens to no orders, but wants to know what it holds. */
  #told(): void {
    const ledger = this.#ledger;
    // A fill within the turn was more than it holds.
    if (ledger === undefined) return;
    this.#books.cash = ledger.cash;
    this.#books.positions[0] = ledger.position;
    this.#hear(NONE);
  }

  #whole(): ExactBooks {
    if (this.#ledger !== undefined) {
      this.#ledger = undefined;
      this.#books.retake(this.#taken());
    }
    return this.#books;
  }

  /** All turns as the portfolio's commands, each with the order that it sent or filled. */
  *#taken(): Iterable<readonly [PortfolioCommand, ExactOrder | undefined]> {
    const instruments = [this.#instrument.id];
    const marks = new ExactMarks(instruments);
    const from = { strategy: STRATEGY, account: ACCOUNT, instruments };
    let [sequence, trades] = [0, 0];
    for (const { aim, at, last, order } of this.#turns) {
      const then = { at: at as Timestamp, marks: () => marks.at(Float64Array.of(last)) };
      sequence += 1;
      yield [{ type: "Propose", ...proposalOf([aim], { ...from, ...then }, sequence)! }, order];
      if (order?.logged.status !== "filled") continue;
      const { averagePrice, closedAt } = order.logged;
      const price = fromFloat(averagePrice, "price");
      trades += 1;
      const told = { tradeId: String(trades), price, maker: false, at: closedAt };
      yield [{ type: "RecordFill", fill: fillOf(order.exact!, this.#instrument, told) }, order];
    }
  }
}
