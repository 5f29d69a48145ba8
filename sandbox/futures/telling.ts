/**
 * User data of the futures wire: ORDER_TRADE_UPDATE for orders and fills, ACCOUNT_UPDATE for wallets and positions (before the fill's own
 * report, as there), MARGIN_CALL before a liquidation, ACCOUNT_CONFIG_UPDATE for leverage.
 */
import { averageEntry } from "../../domain/positions/leg.ts";
import type { Money } from "../../domain/values/values.ts";
import type { VenueEvent, VenueOrder } from "../../simulation/venue/venue.ts";
import { wireDecimal } from "../grid.ts";
import type { Pair } from "../pair.ts";
import type { UserData } from "../user-data.ts";
import type { Conditional } from "./conditionals.ts";
import { conditionalEvent } from "./conditional-wire.ts";
import type { House } from "./house.ts";
import type { HouseEars } from "./house-ears.ts";
import { sideOf } from "./margin-account.ts";
import { crossWallet, maintenanceOf, profitOf } from "./margin.ts";
import type { MarginAccount, VenuePosition } from "./margin-account.ts";
import { averageText, wireForce, wireKind } from "./order-wire.ts";

type OrderEvent = Extract<VenueEvent, { type: "order" | "fill" }>;

const kinds: Readonly<Record<string, string>> = {
  accepted: "NEW",
  cancelled: "CANCELED",
  expired: "EXPIRED",
  rejected: "EXPIRED",
};

export class FuturesTelling implements HouseEars {
  readonly #house: House;
  readonly #pairs: ReadonlyMap<string, Pair>;
  readonly #userData: UserData;
  readonly #now: () => number;
  /** Changes wait for the events of the orders that made them, so that both are told in one order. */
  #waiting: { readonly account: string; readonly json: string }[] = [];

  constructor(house: House, pairs: ReadonlyMap<string, Pair>, userData: UserData, now: () => number) {
    this.#house = house;
    this.#pairs = pairs;
    this.#userData = userData;
    this.#now = now;
    house.ears = this;
  }

  changed(
    account: MarginAccount,
    reason: string,
    asset: string,
    amount: Money,
    positions: readonly VenuePosition[],
  ): void {
    const house = this.#house;
    const at = this.#now();
    const B = [
      {
        a: asset,
        wb: wireDecimal(account.balance(asset)),
        cw: wireDecimal(crossWallet(house, account, asset)),
        bc: reason === "ORDER" ? "0" : wireDecimal(amount),
      },
    ];
    const P = positions.map((one) => ({
      s: one.symbol,
      pa: wireDecimal(one.leg.quantity),
      ep: wireDecimal(averageEntry(house.contract(one.symbol), one.leg)),
      cr: wireDecimal(one.realised),
      up: wireDecimal(profitOf(house, one)),
      mt: account.terms(one.symbol).isolated ? "isolated" : "cross",
      iw: wireDecimal(one.margin),
      ps: one.side,
    }));
    const json = JSON.stringify({ e: "ACCOUNT_UPDATE", E: at, T: at, a: { m: reason, B, P } });
    if (reason === "ORDER") this.#waiting.push({ account: account.name, json });
    else this.#userData.tell(account.name, "positions", json);
  }

  endangered(account: MarginAccount, positions: readonly VenuePosition[]): void {
    const house = this.#house;
    const [first] = positions;
    const json = JSON.stringify({
      e: "MARGIN_CALL",
      E: this.#now(),
      cw: wireDecimal(crossWallet(house, account, house.quote(first!.symbol))),
      p: positions.map((one) => ({
        s: one.symbol,
        ps: one.side,
        pa: wireDecimal(one.leg.quantity),
        mt: account.terms(one.symbol).isolated ? "ISOLATED" : "CROSSED",
        iw: wireDecimal(one.margin),
        mp: wireDecimal(house.mark(one.symbol)),
        up: wireDecimal(profitOf(house, one)),
        mm: wireDecimal(maintenanceOf(house, one)),
      })),
    });
    this.#userData.tell(account.name, "user", json);
  }

  /** Of leverage, or of another setting of the account. */
  configured(account: string, change: Readonly<Record<string, unknown>>): void {
    const at = this.#now();
    this.#userData.tell(
      account,
      "user",
      JSON.stringify({ e: "ACCOUNT_CONFIG_UPDATE", E: at, T: at, ...change }),
    );
  }

  conditional(one: Conditional): void {
    const json = conditionalEvent(one, this.#pairs.get(one.order.symbol)!, this.#now());
    this.#userData.tell(one.order.account, "user", json);
  }

  event(event: OrderEvent): void {
    if (!this.#house.accounts.has(event.order.account)) return;
    if (event.type === "fill") {
      const change = this.#waiting.shift();
      if (change !== undefined) this.#userData.tell(change.account, "positions", change.json);
    } else if (event.why === "triggered") return;
    this.#userData.tell(event.order.account, "reports", this.#json(event.order, event));
  }

  #json(order: VenueOrder, event: OrderEvent): string {
    const pair = this.#pairs.get(order.symbol)!;
    const fill = event.type === "fill" ? event.fill : undefined;
    const at = event.type === "fill" ? event.fill.at : event.at;
    const what = event.type === "fill" ? "TRADE" : kinds[event.why]!;
    const lots = what === "NEW" ? 0 : (fill?.cumulativeLots ?? order.filledLots);
    const notional = what === "NEW" ? (0n as Money) : (fill?.cumulativeNotional ?? order.filledNotional);
    const status =
      fill === undefined ? what : fill.cumulativeLots === order.lots ? "FILLED" : "PARTIALLY_FILLED";
    const o = {
      s: order.symbol,
      c: order.clientId,
      S: order.side.toUpperCase(),
      o: wireKind(order),
      f: wireForce(order),
      q: pair.lot.text(order.lots),
      p: order.ticks === undefined ? "0" : pair.price.text(order.ticks),
      ap: averageText(notional, lots, pair),
      sp: order.stopTicks === undefined ? "0" : pair.price.text(order.stopTicks),
      x: what,
      X: status,
      i: order.id,
      l: fill === undefined ? "0" : pair.lot.text(fill.lots),
      z: pair.lot.text(lots),
      L: fill === undefined ? "0" : pair.price.text(fill.ticks),
      ...(fill === undefined ? {} : { N: fill.feeAsset, n: wireDecimal(fill.fee) }),
      T: at,
      t: fill?.tradeId ?? 0,
      b: "0",
      a: "0",
      m: fill?.liquidity === "maker",
      R: order.reduceOnly === true,
      wt: "CONTRACT_PRICE",
      ot: wireKind(order),
      ps: sideOf(order.leg),
      cp: false,
      rp: wireDecimal(fill === undefined ? 0n : (this.#house.profits.get(fill) ?? 0n)),
      V: "EXPIRE_MAKER",
    };
    return JSON.stringify({ e: "ORDER_TRADE_UPDATE", E: at, T: at, o });
  }
}
