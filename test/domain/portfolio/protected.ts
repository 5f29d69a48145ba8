/** A strategy with a protected position, for tests of protection. */
import type { Instrument } from "../../../domain/market/instrument.ts";
import type { Ask } from "../../../domain/portfolio/commands.ts";
import type { PortfolioEvent } from "../../../domain/portfolio/events.ts";
import { format } from "../../../domain/values/values.ts";
import { Turns } from "./turns.ts";
import { BTC, instrument, only } from "./words.ts";

/** 10,000 USDT, of which a has 1,000; the mark is 100, lot 0.001, at least 5 USDT. */
export const open = (listed: Instrument = instrument(), limits: object = {}) =>
  new Turns(limits).open({ USDT: "10000" }, listed).allot("a", "1000");
export const protect = (stopPrice?: number): Ask => ({
  type: "protect",
  instrument: BTC,
  ...(stopPrice === undefined ? {} : { stopPrice }),
  reason: "stop",
});
export const holding = (size = "5", stopPrice = 90) => {
  const turns = open().hold("a", size);
  const events = turns.propose("a", [protect(stopPrice)]);
  const { order: stop } = only(events, "OrderPlaced");
  turns.turn(turns.report(stop, "open"));
  return { turns, stop };
};
/** Quantity, and price of the only stop that was placed. */
export const placed = (events: readonly PortfolioEvent[]): string => {
  const { sent } = only(events, "OrderPlaced");
  return `${sent.side} ${format(sent.quantity)} ${sent.type} ${format(sent.stopPrice ?? 0n)}`;
};
export const protection = (turns: Turns) => turns.book("a").position(BTC).protection;
