/** What the admin port tells of accounts: what they hold, and the truth about their orders, on spot and on futures. */
import { format } from "../domain/values/values.ts";
import { Invalid } from "../domain/values/invalid.ts";
import type { NewOrder } from "../simulation/venue/venue.ts";
import type { Floor } from "./floor.ts";
import { availableOf } from "./futures/margin.ts";
import { fillJson as futuresFillJson, orderJson as futuresOrderJson } from "./futures/order-wire.ts";
import { newFuturesOrder } from "./futures/rest/orders.ts";
import { fillJson, listIdOf, orderJson } from "./order-wire.ts";
import type { Pair } from "./pair.ts";
import { newOrder } from "./rest/order-request.ts";
import type { Call } from "./rest/route.ts";

type Json = Readonly<Record<string, unknown>>;

/** By asset: free and locked on spot; on futures the wallet, what of it is available, and the positions held. */
export const holdingsJson = (floor: Floor, name: string): Json => {
  const { futures, venue } = floor;
  if (futures === undefined)
    return Object.fromEntries(
      [...venue.balances(name)].map(([asset]) => [asset, holdingJson(floor, name, asset)]),
    );
  const { house } = futures;
  const positions = house.account(name).held();
  return {
    ...Object.fromEntries(
      [...house.account(name).wallet.keys()].map((asset) => [asset, holdingJson(floor, name, asset)]),
    ),
    positions: positions.map(({ symbol, side, leg }) => ({ symbol, side, quantity: format(leg.quantity) })),
  };
};

export const holdingJson = ({ futures, venue }: Floor, name: string, asset: string): Json => {
  if (futures === undefined) {
    const { free, locked } = venue.balance(name, asset);
    return { free: format(free), locked: format(locked) };
  }
  const account = futures.house.account(name);
  const available = availableOf(futures.house, account, asset, venue.openOrders(name));
  return { wallet: format(account.balance(asset)), available: format(available) };
};

export const ordersJson = ({ venue, pairs, futures }: Floor, name: string): Json => {
  const all = [...pairs.values()];
  return {
    account: name,
    orders: all.flatMap((pair) =>
      venue
        .orders(name, pair.name)
        .map((order) => (futures === undefined ? orderJson(order, pair) : futuresOrderJson(order, pair))),
    ),
    fills: all.flatMap((pair) =>
      venue.fills(name, pair.name).map((fill) => {
        const order = venue.order(name, pair.name, { id: fill.orderId });
        const json =
          futures === undefined
            ? fillJson(fill, pair, order === undefined ? -1 : listIdOf(order))
            : futuresFillJson(fill, pair, order, futures.house);
        return { ...json, clientOrderId: fill.clientId };
      }),
    ),
  };
};

/** Placed as if by hand at the venue: fields as of the wire's own new order, unsigned. */
export const foreignOrder = (floor: Floor, account: string, params: Call["params"]): Json => {
  const call = { floor, params, account, venueNow: 0 };
  const read: { readonly order: NewOrder; readonly pair: Pair } =
    floor.futures === undefined ? newOrder(call) : newFuturesOrder(call);
  const submitted = floor.submit(read.order);
  if (!submitted.ok) throw new Invalid("order", "an order that the venue takes", submitted.refusal);
  return (floor.futures === undefined ? orderJson : futuresOrderJson)(submitted.order, read.pair);
};
