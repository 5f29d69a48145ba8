/**
 * One call from its parameters to its answer, for REST and the WebSocket API alike: weight, signature, order count,
 * handler. Throws WireErrors; anything else is a defect and answered as Binance's -1000.
 */
import type { Faults } from "./faults/faults.ts";
import type { Floor } from "./floor.ts";
import type { Route } from "./rest/route.ts";
import type { Params, Signing } from "./signing.ts";
import type { Weights } from "./weights.ts";

export interface Desk {
  readonly floor: Floor;
  readonly faults: Faults;
  readonly signing: Signing;
  readonly weights: Weights;
  /** REST paths of the wire that it speaks. */
  readonly routes: Readonly<Record<string, Route>>;
  readonly wallNow: () => number;
}

export interface Asked {
  readonly params: Params;
  readonly apiKey: string | undefined;
  /** What the signature covers. */
  readonly payload: string;
}

export const serve = (desk: Desk, route: Route, asked: Asked, headers: Record<string, string>): unknown => {
  const wallNow = desk.wallNow();
  Object.assign(headers, desk.weights.charge(wallNow, route.weight));
  const account = accountOf(desk.signing, route, asked);
  if (route.orders !== undefined && route.orders > 0)
    Object.assign(headers, desk.weights.chargeOrder(wallNow, account, route.orders));
  const venueNow = desk.faults.venueNow();
  return route.handle({ floor: desk.floor, params: asked.params, account, venueNow });
};

const accountOf = (signing: Signing, route: Route, { apiKey, payload, params }: Asked): string => {
  if (route.signed) return signing.verify(apiKey, payload, params);
  return route.keyed === true ? signing.account(apiKey).name : "";
};
