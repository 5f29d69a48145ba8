/**
 * The portfolio that trades live, taking its turns in memory: the same decider sizes, reviews, reserves and books in exact
 * decimals; only its orders go to a venue of candles, whose fills come back at once.
 */
import { AwaitedPrices } from "./awaited-prices.ts";
import { due } from "../../domain/portfolio/protection.ts";
import type { PortfolioCommand } from "../../domain/portfolio/commands.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import { deskFigures, updatesFor, type Effect } from "../../domain/portfolio/news.ts";
import type { PortfolioState } from "../../domain/portfolio/state.ts";
import { portfolioDecider } from "../../domain/portfolio/portfolio.ts";
import { proposalOf } from "../../domain/portfolio/proposal.ts";
import { parseLimits } from "../../domain/risk/limits.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Order } from "../../domain/order/order.ts";
import type { Ask } from "../../domain/strategy/desk.ts";
import type { OpenOrder, OrderUpdate } from "../../domain/strategy/strategy.ts";
import {
  fromFloat,
  toFloat,
  type InstrumentId,
  type Money,
  type Timestamp,
} from "../../domain/values/values.ts";
import type { Books, Hear } from "./books.ts";
import type { CandleVenue } from "./candle-venue.ts";
import { ExactContracts } from "./contracts/exact-contracts.ts";
import type { ContractBooksOf } from "./contracts/of.ts";
import { openingTurns } from "./exact-opening.ts";
import { ACCOUNT, fillOf, PORTFOLIO, reportOf, STRATEGY, type ExactOrder } from "./exact-orders.ts";
import { LiveOrders } from "./live-orders.ts";
import { turnOf } from "./exact-turn.ts";
import { ExactMarks } from "./exact-marks.ts";
import { RiskWatch } from "./risk-watch.ts";
import type { OrderLog } from "./order-log.ts";
import { Outbox } from "./outbox.ts";
import type { BacktestSettings } from "./settings.ts";
import type { TradeLog } from "./trade-log.ts";
import type { Unfilled, VenueNews } from "./venue-order.ts";

const NO_ORDERS: readonly OpenOrder[] = [];

export class ExactBooks implements Books, VenueNews<ExactOrder> {
  cash = 0;
  readonly positions: Float64Array;
  readonly #instruments: readonly Instrument[];
  readonly #ids: readonly InstrumentId[];
  readonly #state: PortfolioState;
  readonly #decider: ReturnType<typeof portfolioDecider>;
  readonly #trades: TradeLog;
  readonly #hear: Hear;
  readonly #heard: boolean;
  #venue!: CandleVenue<ExactOrder>;
  readonly #orders: LiveOrders;
  #updates: OrderUpdate[] = [];
  readonly #contracts: ExactContracts<ExactOrder> | undefined;
  readonly carry?: (at: number) => boolean;
  #depth = 0;
  readonly #prices: AwaitedPrices;
  readonly #outbox = new Outbox((effect) => this.#send(effect));
  #sequence = 0;
  #tradeNumber = 0;
  readonly #marks: ExactMarks;
  readonly #held: bigint[];
  #total = 0n;
  readonly watch: RiskWatch | undefined;
  /** What the ids of all orders begin with. */
  readonly prefix: string;

  constructor(
    instruments: readonly Instrument[],
    { startingBalance, limits: given, risk, seed }: BacktestSettings,
    logs: { readonly orders: OrderLog; readonly trades: TradeLog },
    hear: Hear,
    heard: boolean,
    contracts?: ContractBooksOf,
  ) {
    this.#instruments = instruments;
    this.#ids = instruments.map(({ id }) => id);
    this.positions = new Float64Array(instruments.length);
    this.#prices = new AwaitedPrices(this.#ids);
    this.#marks = new ExactMarks(this.#ids);
    this.#held = instruments.map(() => 0n);
    this.#trades = logs.trades;
    this.#orders = new LiveOrders(instruments, logs.orders);
    this.#hear = hear;
    this.#heard = heard;
    const limits = given ?? parseLimits(undefined);
    this.#decider = portfolioDecider({ id: PORTFOLIO, limits, balanceSettleMs: 0 });
    this.#state = this.#decider.initial();
    this.watch = risk && new RiskWatch(risk, limits);
    if (contracts !== undefined) {
      const own = new ExactContracts<ExactOrder>(contracts, instruments, {
        take: (command) => this.#take(command),
        expire: ({ exact }, reason, at) => this.#report(exact!, "expired", reason, at),
      });
      this.#contracts = own;
      this.carry = (at) => own.carry(at, this.positions);
    }
    const amount = fromFloat(startingBalance, "startingBalance") as Money;
    const shares = [{ strategy: STRATEGY, amount }];
    const opening = { shares, limits, risk, nonce: String(seed) };
    for (const command of openingTurns(instruments, opening)) this.#turn(command);
    this.prefix = this.#state.accounts.get(ACCOUNT)!.prefix;
    this.#refresh();
  }

  connect(venue: CandleVenue<ExactOrder>): void {
    this.#venue = venue;
    this.#prices.venue = venue;
    this.#contracts?.connect(venue);
  }

  /** Turns that were taken for the portfolio (aim-books.ts), each with the order it is about: nobody is told of them again. */
  retake(turns: Iterable<readonly [PortfolioCommand, ExactOrder | undefined]>): void {
    for (const [command, order] of turns) {
      if (command.type === "Propose") this.#sequence = command.sequence;
      else this.#tradeNumber += 1;
      for (const { events } of turnOf(this.#decider, this.#state, command))
        for (const event of events) this.#orders.retake(event, order);
    }
    this.#refresh();
  }

  /** The prices to the portfolio, whether the trader asks for something or not. */
  look(at: number): void {
    this.#sequence += 1;
    const marks = this.#marks.at(this.#venue.last);
    const from = { strategy: STRATEGY, account: ACCOUNT, sequence: this.#sequence };
    this.#turn({ type: "Propose", ...from, at: at as Timestamp, marks, asks: [] });
  }

  get refusals(): ReadonlyMap<string, number> {
    return this.#state.counters.refusals;
  }

  propose(asks: readonly Ask[], at: number): void {
    const from = { strategy: STRATEGY, account: ACCOUNT, instruments: this.#ids, at: at as Timestamp };
    const marks = () => this.#marks.at(this.#venue.last);
    const proposal = proposalOf(asks, { ...from, marks }, this.#sequence + 1);
    if (proposal === undefined) return;
    this.#sequence = proposal.sequence;
    this.#take({ type: "Propose", ...proposal });
  }

  openOrders(): readonly OpenOrder[] {
    return this.#state.orders.size === 0 ? NO_ORDERS : deskFigures(this.#state, STRATEGY, this.#ids).orders;
  }

  tick(at: number): void {
    if (this.#state.protections.size > 0 && due(this.#state, at as Timestamp).length > 0)
      this.#take({ type: "KeepStops", at: at as Timestamp });
  }

  accepted({ exact }: ExactOrder, at: number): void {
    this.#report(exact!, "open", undefined, at);
  }

  ended({ exact }: ExactOrder, status: Unfilled, reason: string, at: number): void {
    this.#report(exact!, status, reason === "" ? undefined : reason, at);
  }

  filled(order: ExactOrder, told: number, maker: boolean, at: number): void {
    if (this.#contracts?.takes(order, told, at) === true) return;
    const { i, exact, logged } = order;
    const own = told === logged.price;
    this.#tradeNumber += 1;
    const fill = fillOf(exact!, this.#instruments[i]!, {
      tradeId: String(this.#tradeNumber),
      price: own ? exact!.price! : fromFloat(told, "price"),
      maker,
      at,
    });
    logged.fill(toFloat(fill.price), toFloat(fill.fee), at);
    this.#trades.filled(i, logged);
    this.#take({ type: "RecordFill", fill });
  }

  #report(order: Order, status: "open" | Unfilled, reason: string | undefined, at: number): void {
    this.#take({ type: "RecordReport", report: reportOf(order, status, reason, at) });
  }

  /** Only when all that a change brought with it is done, the trader hears of it. */
  #take(command: PortfolioCommand): void {
    this.#depth += 1;
    this.#turn(command);
    this.#depth -= 1;
    this.told();
  }

  seen(i: number, price: number, at: number): void {
    this.#depth += 1;
    this.#turn(this.#prices.seen(i, price, at));
    this.#depth -= 1;
  }

  told(): void {
    if (this.#depth > 0) return;
    this.#refresh();
    const updates = this.#updates;
    this.#updates = [];
    this.#hear(updates);
  }

  #turn(command: PortfolioCommand): void {
    for (const { events } of turnOf(this.#decider, this.#state, command)) {
      for (const event of events) {
        this.#note(event);
        this.#outbox.add(event);
      }
    }
    this.#outbox.sendAll();
    this.#prices.look(this.#state);
  }

  #note(event: PortfolioEvent): void {
    this.watch?.note(event);
    this.#orders.note(event);
    if (event.type === "CarryPaid") this.#contracts?.paid(event);
    if (!this.#heard) return;
    for (const { instrument, update } of updatesFor(event))
      this.#updates.push({ i: this.#ids.indexOf(instrument), ...update });
  }

  #send(effect: Effect): void {
    const order = this.#orders.get(effect.type === "cancel" ? effect.order : effect.order.id);
    if (order === undefined) return;
    if (effect.type === "cancel") this.#venue.cancel(order);
    else this.#venue.place(order);
  }

  /** What the strategy's own book holds now. */
  #refresh(): void {
    const book = this.#state.accounts.get(ACCOUNT)!.books.get(STRATEGY)!;
    const total = book.total(this.#instruments[0]!.quote);
    if (total !== this.#total) this.cash = toFloat((this.#total = total));
    for (const [i, id] of this.#ids.entries()) {
      const held = book.positions.get(id)?.quantity ?? 0n;
      if (held === this.#held[i]) continue;
      this.#held[i] = held;
      this.positions[i] = toFloat(held);
    }
    this.#contracts?.refresh(book);
  }
}
