/** Contracts of exact books: liquidation prices of the portfolio's own positions, its liquidations, and what is paid for holding. */
import type { Instrument } from "../../../domain/market/instrument.ts";
import type { PortfolioCommand } from "../../../domain/portfolio/commands.ts";
import type { PortfolioEventOf } from "../../../domain/portfolio/events.ts";
import type { Book, Position } from "../../../domain/portfolio/book.ts";
import { contractOf, notionalOf, type Contract } from "../../../domain/positions/contract.ts";
import { unrealised, type Leg } from "../../../domain/positions/leg.ts";
import {
  bankruptcyPrice,
  isolated,
  liquidationPrice,
  type Backing,
} from "../../../domain/positions/liquidation.ts";
import { initialMargin, maintenanceMargin } from "../../../domain/positions/tiers.ts";
import {
  absolute,
  fromFloat,
  toFloat,
  type ClientOrderId,
  type Money,
  type Price,
  type Quantity,
} from "../../../domain/values/values.ts";
import type { CandleVenue } from "../candle-venue.ts";
import { fillOf, loggedOf } from "../exact-orders.ts";
import type { VenueOrder } from "../venue-order.ts";
import { CarryClock } from "./carry-clock.ts";
import { LIQUIDATION, type Guards } from "./guards.ts";
import type { ContractBooksOf } from "./of.ts";

/** What the books do for it. */
interface Owner<O extends VenueOrder> {
  take(command: PortfolioCommand): void;
  /** Tells the portfolio that this order has ended unfilled. */
  expire(order: O, reason: string, at: number): void;
}

export class ExactContracts<O extends VenueOrder> {
  readonly #of: ContractBooksOf;
  readonly #instruments: readonly Instrument[];
  readonly #contracts: readonly Contract[];
  readonly #owner: Owner<O>;
  readonly #clock: CarryClock;
  readonly #told: (Leg | undefined)[];
  #venue!: Pick<CandleVenue, "guard" | "last">;
  /** There once the venue is. */
  #guards: Guards | undefined;
  #book!: Book;
  #liquidations = 0;

  constructor(of: ContractBooksOf, instruments: readonly Instrument[], owner: Owner<O>) {
    this.#of = of;
    this.#instruments = instruments;
    this.#contracts = instruments.map(contractOf);
    this.#owner = owner;
    this.#clock = new CarryClock(of.pairs, of.terms);
    this.#told = instruments.map(() => undefined);
  }

  connect(venue: Pick<CandleVenue, "guard" | "last">): void {
    this.#venue = venue;
    this.#guards = this.#of.guards(venue);
  }

  /** Whether this fill is the liquidation, or comes after it. */
  takes(order: O, price: number, at: number): boolean {
    const { i } = order;
    const guards = this.#guards!;
    if (guards.isGuard(order)) this.#liquidate(i, price, at);
    else if (guards.passed(i, price)) {
      this.#owner.expire(order, LIQUIDATION, at);
      this.#liquidate(i, guards.price(i), at);
    } else return false;
    return true;
  }

  carry(at: number, held: Float64Array): boolean {
    const paid = this.#clock.look(at, held, (i, carry, rate, mark, due) =>
      this.#owner.take({
        type: "RecordCarry",
        account: this.#book.account.id,
        instrument: this.#instruments[i]!.id,
        carry,
        rate: fromFloat(rate, "rate"),
        mark: fromFloat(Number.isNaN(mark) ? this.#venue.last[i]! : mark, "mark") as Price,
        at: due as PortfolioEventOf<"CarryPaid">["at"],
      }),
    );
    let changed = paid;
    for (let i = 0; i < held.length; i += 1) {
      const late = this.#guards!.late(i);
      if (Number.isNaN(late)) continue;
      this.#liquidate(i, late, at);
      changed = true;
    }
    if (this.#of.terms.marginMode === "cross") this.refresh(this.#book);
    return changed;
  }

  paid({ instrument, payments }: PortfolioEventOf<"CarryPaid">): void {
    const i = this.#instruments.findIndex(({ id }) => id === instrument);
    for (const { amount } of payments) this.#of.logs.trades.carried(i, toFloat(amount));
  }

  /** The book has changed, or under cross margin a price. */
  refresh(book: Book): void {
    this.#book = book;
    const cross = this.#of.terms.marginMode === "cross";
    for (const [i, { id }] of this.#instruments.entries()) {
      const position = book.positions.get(id);
      const leg = legOf(position);
      const told = this.#told[i];
      if (!cross && told?.quantity === leg.quantity && told.cost === leg.cost) continue;
      this.#told[i] = leg;
      this.#guard(i, leg);
    }
  }

  #guard(i: number, leg: Leg): void {
    if (this.#guards === undefined) return;
    const backing = this.#backing(i, leg);
    const contract = this.#contracts[i]!;
    const price =
      leg.quantity === 0n ? undefined : liquidationPrice(contract, [leg], backing, this.#of.terms.tiers);
    const bankruptcy = leg.quantity === 0n ? undefined : bankruptcyPrice(contract, [leg], backing);
    this.#guards.set(
      i,
      toFloat(leg.quantity),
      price === undefined ? NaN : toFloat(price),
      bankruptcy === undefined ? NaN : toFloat(bankruptcy),
    );
  }

  #backing(i: number, { cost }: Leg): Backing {
    const { leverage, marginMode, tiers } = this.#of.terms;
    if (marginMode === "isolated") return isolated(initialMargin(absolute(cost), leverage));
    let wallet: bigint = this.#book.total(this.#instruments[i]!.quote);
    let [otherMaintenance, otherUnrealised] = [0n, 0n];
    for (const [k, instrument] of this.#instruments.entries()) {
      const position = this.#book.positions.get(instrument.id);
      const leg = legOf(position);
      wallet += (position?.sign ?? 1n) * leg.cost;
      if (k === i || leg.quantity === 0n) continue;
      const last = fromFloat(this.#venue.last[k]!, "last") as Price;
      otherUnrealised += unrealised(this.#contracts[k]!, leg, last);
      const worth = notionalOf(instrument, last, absolute(leg.quantity) as Quantity);
      otherMaintenance += maintenanceMargin(tiers, worth);
    }
    return {
      wallet: wallet as Money,
      otherMaintenance: otherMaintenance as Money,
      otherUnrealised: otherUnrealised as Money,
    };
  }

  #liquidate(i: number, told: number, at: number): void {
    const instrument = this.#instruments[i]!;
    const { quantity } = legOf(this.#book.positions.get(instrument.id));
    if (quantity === 0n) return;
    this.#liquidations += 1;
    const order = {
      id: `${LIQUIDATION}-${this.#liquidations}` as ClientOrderId,
      account: this.#book.account.id,
      strategy: this.#book.strategy,
      instrument: instrument.id,
      side: quantity > 0n ? "sell" : "buy",
      type: "market",
      timeInForce: "GTC",
      quantity: absolute(quantity) as Quantity,
      tag: LIQUIDATION,
      reason: LIQUIDATION,
      at: at as PortfolioEventOf<"Liquidated">["at"],
    } as const;
    const price = fromFloat(this.#guards!.bounded(i, told), "price");
    const fill = fillOf(order, instrument, { tradeId: order.id, price, maker: false, at });
    const { orders, trades } = this.#of.logs;
    const logged = loggedOf(order);
    orders.approved(logged, order.id, instrument.symbol, at);
    logged.fill(toFloat(fill.price), toFloat(fill.fee), at);
    trades.filled(i, logged);
    this.#owner.take({ type: "RecordLiquidation", fill });
  }
}

const legOf = (position: Position | undefined): Leg => ({
  quantity: position?.quantity ?? 0n,
  cost: (position?.cost ?? 0n) as Money,
});
