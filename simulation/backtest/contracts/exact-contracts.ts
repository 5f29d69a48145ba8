/** Contracts of exact books: liquidation prices of the portfolio's own positions, its liquidations, and what is paid for holding. */
import type { Instrument } from "../../../domain/market/instrument.ts";
import type { PortfolioCommand } from "../../../domain/portfolio/commands.ts";
import type { PortfolioEventOf } from "../../../domain/portfolio/events.ts";
import type { Book, Position } from "../../../domain/portfolio/book.ts";
import { contractOf, notionalOf, worth, type Contract } from "../../../domain/positions/contract.ts";
import { unrealised, type Leg } from "../../../domain/positions/leg.ts";
import {
  bankruptcyPrice,
  isolated,
  liquidationPrice,
  type Backing,
} from "../../../domain/positions/liquidation.ts";
import { initialMargin, maintenanceMargin, tierOf, type Tier } from "../../../domain/positions/tiers.ts";
import {
  absolute,
  fromFloat,
  times,
  toFloat,
  type ClientOrderId,
  type Decimal,
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
import { guardedLeg, partnersOf } from "./partners.ts";

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
  readonly #partners: readonly number[];
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
    this.#partners = partnersOf(of.pairs, of.terms.marginMode);
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
      const partner = this.#partners[i]!;
      if (partner < 0) this.#guard([i], [leg]);
      else if (partner > i) this.#guard([i, partner], [leg, this.#legAt(partner)]);
    }
  }

  #legAt(i: number): Leg {
    return legOf(this.#book.positions.get(this.#instruments[i]!.id));
  }

  /** Of one position, or of the two legs that are liquidated together. */
  #guard(together: readonly number[], legs: readonly Leg[]): void {
    if (this.#guards === undefined) return;
    const held = legs.filter(({ quantity }) => quantity !== 0n);
    let [price, bankruptcy, kept] = [NaN, NaN, 0];
    const contract = this.#contracts[together[0]!]!;
    if (held.length > 0) {
      const { tiers } = this.#of.terms;
      const backing = this.#backing(together, legs[0]!);
      const at = liquidationPrice(contract, held, backing, tiers);
      price = nearest(at);
      bankruptcy = nearest(bankruptcyPrice(contract, held, backing));
      for (const { quantity } of at === undefined ? [] : held)
        kept += toFloat(keptOf(tierOf(tiers, absolute(worth(contract, quantity, at!))), quantity));
    }
    const [first, second = 0] = legs.map(({ quantity }) => toFloat(quantity)) as [number, number?];
    const guarded = legs.length === 1 ? 0 : guardedLeg(first, second, kept, contract.kind === "inverse");
    for (const [k, i] of together.entries())
      this.#guards.set(i, k === 0 ? first : second, k === guarded ? price : NaN, bankruptcy);
  }

  #backing(together: readonly number[], { cost }: Leg): Backing {
    const { leverage, marginMode, tiers } = this.#of.terms;
    if (marginMode === "isolated") return isolated(initialMargin(absolute(cost), leverage));
    let wallet: bigint = this.#book.total(this.#instruments[0]!.quote);
    let [otherMaintenance, otherUnrealised] = [0n, 0n];
    for (const [k, instrument] of this.#instruments.entries()) {
      const position = this.#book.positions.get(instrument.id);
      const leg = legOf(position);
      wallet += (position?.sign ?? 1n) * leg.cost;
      if (together.includes(k) || leg.quantity === 0n) continue;
      const last = fromFloat(this.#venue.last[k]!, "last") as Price;
      otherUnrealised += unrealised(this.#contracts[k]!, leg, last);
      const size = absolute(leg.quantity) as Quantity;
      otherMaintenance += maintenanceMargin(tiers, notionalOf(instrument, last, size));
    }
    return {
      wallet: wallet as Money,
      otherMaintenance: otherMaintenance as Money,
      otherUnrealised: otherUnrealised as Money,
    };
  }

  /** Under cross margin the other leg of its contract goes with it. */
  #liquidate(i: number, told: number, at: number): void {
    const price = fromFloat(this.#guards!.bounded(i, told), "price");
    this.#closeOut(i, price, at);
    const partner = this.#partners[i]!;
    if (partner >= 0) this.#closeOut(partner, price, at);
  }

  #closeOut(i: number, price: Decimal, at: number): void {
    const instrument = this.#instruments[i]!;
    const { quantity } = this.#legAt(i);
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
    const fill = fillOf(order, instrument, { tradeId: order.id, price, maker: false, at });
    const { orders, trades } = this.#of.logs;
    const logged = loggedOf(order);
    orders.approved(logged, order.id, instrument.symbol, at);
    logged.fill(toFloat(fill.price), toFloat(fill.fee), at);
    trades.filled(i, logged);
    this.#owner.take({ type: "RecordLiquidation", fill });
  }
}

const keptOf = ({ maintenanceRate }: Tier, quantity: Decimal): Decimal =>
  times(absolute(quantity), maintenanceRate);

const nearest = (price: Price | undefined): number => (price === undefined ? NaN : toFloat(price));

const legOf = (position: Position | undefined): Leg => ({
  quantity: position?.quantity ?? 0n,
  cost: (position?.cost ?? 0n) as Money,
});
