/**
 * What a venue does not take, as ccxt tells it (its `features`) and as the configuration says, and what stands in for it on the way out: an order
 * that may not take is held against the newest book right before it is sent, one that must fill whole too. Ending what may not rest is
 * the portfolio's (domain/portfolio/decide-orders.ts), for that is journaled.
 */
import type { Lackable } from "../../domain/market/instrument.ts";
import type { Order, TimeInForce, VenueRefusal } from "../../domain/order/order.ts";
import { decimal, format } from "../../domain/values/values.ts";

interface Created {
  readonly createOrder?: { readonly timeInForce?: Readonly<Record<string, boolean | undefined>> };
}

/** What ccxt tells of a venue, as far as we ask. */
export interface Features {
  readonly spot?: Created | undefined;
  readonly swap?: { readonly linear?: Created | undefined } | undefined;
}

type Level = readonly [price: string | number, quantity: string | number];

export interface BookLevels {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** Of the configuration: `stops` stands for both kinds. */
export type ToldLacking = Lackable | "stops";

const forces: readonly (readonly [string, Lackable])[] = [
  ["PO", "post-only"],
  ["IOC", "ioc"],
  ["FOK", "fok"],
];

/** What ccxt says nothing of is taken. */
export const lackingOf = (
  { features }: { readonly features?: Features },
  { swap }: { readonly swap?: boolean },
  told: readonly ToldLacking[] = [],
): readonly Lackable[] => {
  const known = (swap === true ? features?.swap?.linear : features?.spot)?.createOrder?.timeInForce;
  const found = new Set<Lackable>();
  for (const [name, lacking] of forces) if (known?.[name] === false) found.add(lacking);
  for (const lacking of told) if (lacking !== "stops") found.add(lacking);
  return [...found];
};

/** How its stops are placed, once what is lacking is taken away; "none": the portfolio keeps them. */
export const stopsLeft = (
  stops: "stop-market" | "stop-limit" | "none",
  told: readonly ToldLacking[] = [],
): "stop-market" | "stop-limit" | "none" => {
  if (told.includes("stops") || stops === "none") return "none";
  const [market, limit] = [told.includes("stop-market"), told.includes("stop-limit")];
  if (stops === "stop-market" && !market) return stops;
  return limit ? "none" : "stop-limit";
};

/** The order with which it goes to the venue. A FOK goes as an IOC where there is one. */
export const sentAs = (timeInForce: TimeInForce, lacks: readonly Lackable[]): TimeInForce => {
  if (timeInForce === "PO" && lacks.includes("post-only")) return "GTC";
  const force = timeInForce === "FOK" && lacks.includes("fok") ? "IOC" : timeInForce;
  return force === "IOC" && lacks.includes("ioc") ? "GTC" : force;
};

/** Whether it has to be held against the book before it is sent. */
export const wantsBook = ({ type, timeInForce }: Order, lacks: readonly Lackable[]): boolean =>
  type === "limit" &&
  ((timeInForce === "PO" && lacks.includes("post-only")) || (timeInForce === "FOK" && lacks.includes("fok")));

/** Why the venue would have refused it over this book; undefined where it would not. */
export const refusedOver = (
  { side, price, quantity, timeInForce }: Order,
  book: BookLevels,
): { readonly reason: VenueRefusal; readonly detail: string } | undefined => {
  const limit = price!;
  let within = 0n;
  for (const [at, size] of side === "buy" ? book.asks : book.bids) {
    const level = decimal(String(at));
    if (side === "buy" ? level > limit : level < limit) break;
    within += decimal(String(size));
  }
  if (timeInForce === "PO")
    return within === 0n
      ? undefined
      : { reason: "would-take", detail: `the book holds ${format(within)} within ${format(limit)}` };
  return within >= quantity
    ? undefined
    : {
        reason: "other",
        detail: `fill-or-kill: the book holds ${format(within)} of ${format(quantity)} within ${format(limit)}`,
      };
};
