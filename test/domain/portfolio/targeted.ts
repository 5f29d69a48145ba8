/** Words for tests of take-profit targets. */
import type { Instrument } from "../../../domain/market/instrument.ts";
import type { Ask } from "../../../domain/portfolio/commands.ts";
import type { PortfolioEvent } from "../../../domain/portfolio/events.ts";
import { format, price } from "../../../domain/values/values.ts";
import { open, protection } from "./protected.ts";
import type { Turns } from "./turns.ts";
import { BTC, of, only, time } from "./words.ts";

export const wish = (
  stopPrice: number | undefined,
  targets: readonly (readonly [number, number])[],
  id = BTC,
): Ask => ({
  ...{ type: "protect", instrument: id, ...(stopPrice === undefined ? {} : { stopPrice }), reason: "w" },
  targets: targets.map(([at, part]) => ({ price: at, part })),
});
export const see = (turns: Turns, last: string, id = BTC) =>
  turns.turn({ type: "SeePrice", instrument: id, last: price(last), at: time((turns.now += 1_000)) });
/** Side, quantity, kind and tag of every order that was sent, or kept. */
export const out = (turns: Turns, events: readonly PortfolioEvent[]): string =>
  [...of(events, "OrderPlaced"), ...of(events, "OrderKept")]
    .map(({ order }) => turns.state.orders.get(order)!.order)
    .map(({ side, quantity, type, tag }) => `${side} ${format(quantity)} ${type} ${tag}`)
    .join(", ");
export const sale = (turns: Turns) => protection(turns)!.targets.sale!.order.id;
export const stopOf = (turns: Turns) => protection(turns)!.stop!.order.id;
export const owed = (turns: Turns) => format(protection(turns)?.targets.owed ?? 0n);
/** Five coins, a stop at 90 that rests, half at 110, all of the rest at 120. */
export const held = (
  targets: readonly (readonly [number, number])[] = [
    [110, 0.5],
    [120, 1],
  ],
  listed?: Instrument,
) => {
  const turns = open(listed).hold("a", "5");
  const events = turns.propose("a", [wish(90, targets)]);
  turns.turn(turns.report(only(events, "OrderPlaced").order, "open"));
  return turns;
};
