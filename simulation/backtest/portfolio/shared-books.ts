/**
 * The portfolio that trades live, in memory, with a sub-ledger for each of several strategies: what they ask is reviewed by the one
 * plan, opposite wishes meet inside, and the rest goes to a venue of candles.
 */
import { due } from "../../../domain/portfolio/protection.ts";
import type { PortfolioCommand } from "../../../domain/portfolio/commands.ts";
import type { PortfolioEvent } from "../../../domain/portfolio/events.ts";
import { deskFigures, updatesFor, type Effect } from "../../../domain/portfolio/news.ts";
import { portfolioDecider } from "../../../domain/portfolio/portfolio.ts";
import { proposalOf } from "../../../domain/portfolio/proposal.ts";
import type { PortfolioState } from "../../../domain/portfolio/state.ts";
import { parseLimits } from "../../../domain/risk/limits.ts";
import type { Instrument } from "../../../domain/market/instrument.ts";
import type { Ask } from "../../../domain/strategy/desk.ts";
import { takeTurn } from "../../../domain/values/turn.ts";
import {
  fromFloat,
  toFloat,
  type InstrumentId,
  type Money,
  type PortfolioId,
  type StrategyId,
  type Timestamp,
} from "../../../domain/values/values.ts";
import { AwaitedPrices } from "../awaited-prices.ts";
import type { CandleVenue } from "../candle-venue.ts";
import { openingTurns } from "../exact-opening.ts";
import { ExactMarks } from "../exact-marks.ts";
import { ACCOUNT, fillOf, reportOf } from "../exact-orders.ts";
import { Outbox } from "../outbox.ts";
import { RiskWatch } from "../risk-watch.ts";
import type { Unfilled, VenueNews } from "../venue-order.ts";
import type { Seat } from "./seat.ts";
import type { PortfolioSettings } from "./settings.ts";
import { PlacedPart, SharedOrder } from "./shared-order.ts";
import { SubLedger } from "./sub-ledger.ts";

const PORTFOLIO = "backtest" as PortfolioId;

const rethrow = (error: unknown): never => {
  throw error as Error;
};

export class SharedBooks implements VenueNews<PlacedPart> {
  readonly watch: RiskWatch | undefined;
  /** Of all strategies, by rule; each has its own in its ledger. */
  readonly refusals = new Map<string, number>();
  /** In the order of the seats. */
  readonly ledgers: readonly SubLedger[];
  crossed = 0;
  readonly #byStrategy = new Map<string, SubLedger>();
  readonly #instruments: readonly Instrument[];
  readonly #ids: readonly InstrumentId[];
  readonly #state: PortfolioState;
  readonly #decider: ReturnType<typeof portfolioDecider>;
  readonly #marks: ExactMarks;
  /** By id, until the portfolio has closed them. */
  readonly #orders = new Map<string, SharedOrder>();
  #venue!: CandleVenue<PlacedPart>;
  #gathered: PortfolioCommand[] | undefined;
  #depth = 0;
  readonly #prices: AwaitedPrices;
  readonly #outbox = new Outbox((effect) => this.#send(effect));
  #tradeNumber = 0;

  constructor(instruments: readonly Instrument[], seats: readonly Seat[], settings: PortfolioSettings) {
    const { limits = parseLimits(undefined), risk, seed } = settings;
    this.#instruments = instruments;
    this.#ids = instruments.map(({ id }) => id);
    this.#prices = new AwaitedPrices(this.#ids);
    this.#marks = new ExactMarks(this.#ids);
    this.#decider = portfolioDecider({ id: PORTFOLIO, limits, balanceSettleMs: 0 });
    this.#state = this.#decider.initial();
    this.watch = risk && new RiskWatch(risk, limits);
    const shares = seats.map(({ id, capital }, k) => ({
      strategy: id as StrategyId,
      amount: fromFloat(capital, `seats.${k}.capital`) as Money,
    }));
    for (const command of openingTurns(instruments, { shares, limits, risk, nonce: String(seed) }))
      this.#turn([command]);
    const book = (id: string) => this.#state.accounts.get(ACCOUNT)!.books.get(id as StrategyId)!;
    this.ledgers = seats.map((seat) => new SubLedger(seat, book(seat.id), instruments));
    for (const ledger of this.ledgers) {
      const { seat, ids } = ledger;
      this.#byStrategy.set(seat.id, ledger);
      ledger.propose = (asks, at) => this.#propose(ledger, asks, at);
      ledger.openOrders = () =>
        this.#state.orders.size === 0 ? [] : deskFigures(this.#state, seat.id as StrategyId, ids).orders;
    }
  }

  connect(venue: CandleVenue<PlacedPart>): void {
    this.#venue = venue;
    this.#prices.venue = venue;
    for (const ledger of this.ledgers) ledger.seat.connect(ledger, venue.last);
  }

  /** Proposals wait from here on until they are taken together. */
  gather(): void {
    this.#gathered = [];
  }

  /** What was gathered, as one turn. */
  take(): void {
    const commands = this.#gathered ?? [];
    this.#gathered = undefined;
    if (commands.length > 0) this.#take(commands);
  }

  /** The prices to the portfolio, whether anybody asks for something or not. */
  look(at: number): void {
    const ledger = this.ledgers[0]!;
    ledger.sequence += 1;
    const from = { strategy: ledger.seat.id as StrategyId, account: ACCOUNT, sequence: ledger.sequence };
    const marks = this.#marks.at(this.#venue.last);
    this.#take([{ type: "Propose", ...from, at: at as Timestamp, marks, asks: [] }]);
  }

  tick(at: number): void {
    if (this.#state.protections.size > 0 && due(this.#state, at as Timestamp).length > 0)
      this.#take([{ type: "KeepStops", at: at as Timestamp }]);
  }

  accepted({ sent }: PlacedPart, at: number): void {
    this.#take([{ type: "RecordReport", report: reportOf(sent, "open", undefined, at) }]);
  }

  ended({ sent }: PlacedPart, status: Unfilled, reason: string, at: number): void {
    const why = reason === "" ? undefined : reason;
    this.#take([{ type: "RecordReport", report: reportOf(sent, status, why, at) }]);
  }

  filled({ i, sent, logged, whole }: PlacedPart, told: number, maker: boolean, at: number): void {
    this.#tradeNumber += 1;
    const fill = fillOf(sent, this.#instruments[i]!, {
      tradeId: String(this.#tradeNumber),
      price: told === logged.price ? sent.price! : fromFloat(told, "price"),
      maker,
      at,
    });
    whole.filled(logged.quantity, toFloat(fill.price), toFloat(fill.fee), at);
    this.#take([{ type: "RecordFill", fill }]);
  }

  #propose(ledger: SubLedger, asks: readonly Ask[], at: number): void {
    const proposal = proposalOf(
      asks,
      {
        strategy: ledger.seat.id as StrategyId,
        account: ACCOUNT,
        at: at as Timestamp,
        instruments: ledger.ids,
        marks: () => this.#marks.at(this.#venue.last),
      },
      ledger.sequence + 1,
    );
    if (proposal === undefined) return;
    ledger.sequence = proposal.sequence;
    const command = { type: "Propose", ...proposal } as const;
    if (this.#gathered === undefined) this.#take([command]);
    else this.#gathered.push(command);
  }

  /** Only when all that a change brought with it is done, the traders hear of it. */
  #take(commands: readonly PortfolioCommand[]): void {
    this.#depth += 1;
    this.#turn(commands);
    this.#depth -= 1;
    this.told();
  }

  seen(i: number, price: number, at: number): void {
    this.#depth += 1;
    this.#turn([this.#prices.seen(i, price, at)]);
    this.#depth -= 1;
  }

  told(): void {
    if (this.#depth > 0) return;
    for (const ledger of this.ledgers) ledger.refresh();
    for (const ledger of this.ledgers) {
      const { updates } = ledger;
      if (updates.length === 0) continue;
      ledger.updates = [];
      ledger.seat.hear(updates, this.#venue.now);
    }
  }

  #turn(commands: readonly PortfolioCommand[]): void {
    for (const { events } of takeTurn(this.#decider, this.#state, commands, { failed: rethrow })) {
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
    if (event.type === "OrderApproved") {
      const { order } = event;
      const { seat } = this.#byStrategy.get(order.strategy)!;
      const shared = new SharedOrder(seat, this.#ids.indexOf(order.instrument), order);
      seat.orders.approved(shared.total, order.id, this.#instruments[shared.i]!.symbol, order.at);
      this.#orders.set(order.id, shared);
    } else if (event.type === "Crossed") {
      this.crossed += 1;
      const [quantity, price] = [toFloat(event.quantity), toFloat(event.price)];
      for (const { order } of [event.sell, event.buy])
        this.#orders.get(order)!.filled(quantity, price, 0, event.at);
    } else if (event.type === "OrderClosed") {
      this.#orders.get(event.order)?.total.close(event.status, event.at);
      this.#orders.delete(event.order);
    } else if (event.type === "OrderRefused") {
      this.refusals.set(event.rule, (this.refusals.get(event.rule) ?? 0) + 1);
      this.#byStrategy.get(event.strategy)!.refused(event.rule);
    }
    for (const { strategy, instrument, update } of updatesFor(event))
      this.#byStrategy.get(strategy)!.news(instrument, update);
  }

  #send(effect: Effect): void {
    const order = this.#orders.get(effect.type === "cancel" ? effect.order : effect.order.id);
    if (order === undefined) return;
    if (effect.type === "place") this.#venue.place((order.atVenue = new PlacedPart(order, effect.order)));
    else if (order.atVenue !== undefined) this.#venue.cancel(order.atVenue);
  }
}
