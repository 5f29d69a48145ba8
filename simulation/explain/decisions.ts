/**
 * What the strategies of a run asked for, ask by ask, and how each strategy stood then: flat, long or short, and with how many
 * orders at work. A strategy that stands otherwise may decide otherwise; one that does not may not.
 */
import type { Ask, Mark } from "../../domain/portfolio/commands.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import type { Fill } from "../../domain/order/order.ts";
import type { InstrumentId, StrategyId } from "../../domain/values/values.ts";
import { purposeOf, type OrderPath, type TimedTurn } from "./order-path.ts";

export interface Decision {
  readonly strategy: StrategyId;
  /** Market time of the candle's end or the print that it was decided on. */
  readonly at: number;
  readonly takenAt: number;
  readonly ask: Ask;
  /** The ask as text; equal in two runs that decided the same. */
  readonly text: string;
  /** Of the order that it may lead to. */
  readonly purpose: string;
  /** How the strategy stood before it. */
  readonly stood: string;
}

export interface Decisions {
  readonly all: readonly Decision[];
  /** Marks with which they came: what the strategies took for the last prices. */
  readonly marks: readonly {
    readonly instrument: string;
    readonly mark: Mark;
    readonly at: number;
    readonly takenAt: number;
  }[];
  /** How the strategy stood at a market time. */
  stoodAt(strategy: StrategyId, at: number): string;
  /** When the strategy was there first. */
  begunAt(strategy: StrategyId): number;
  /** Whether it came to stand otherwise behind `from`, and by `to`. */
  changedWithin(strategy: StrategyId, from: number, to: number): boolean;
}

class Standing {
  private readonly held = new Map<string, bigint>();
  private readonly working = new Map<string, number>();
  readonly since: { readonly at: number; readonly text: string }[] = [{ at: -Infinity, text: "" }];

  get text(): string {
    return this.since.at(-1)!.text;
  }

  hold(instrument: string, change: bigint): void {
    this.held.set(instrument, (this.held.get(instrument) ?? 0n) + change);
  }

  work(instrument: string, change: number): void {
    this.working.set(instrument, (this.working.get(instrument) ?? 0) + change);
  }

  note(at: number, lots: ReadonlyMap<string, bigint>): void {
    const names = [...new Set([...this.held.keys(), ...this.working.keys()])].sort();
    const text = names
      .map((name) => {
        // Less than a lot cannot be sold: it is not held.
        const whole = (this.held.get(name) ?? 0n) / (lots.get(name) ?? 1n);
        const stands = whole === 0n ? "flat" : whole > 0n ? "long" : "short";
        return `${name} ${stands} ${this.working.get(name) ?? 0} at work`;
      })
      .filter((one) => !one.endsWith("flat 0 at work"))
      .join(", ");
    if (text !== this.text) this.since.push({ at, text });
  }
}

export const decisionsOf = (turns: readonly TimedTurn[]): Decisions => {
  const standings = new Map<StrategyId, Standing>();
  const standing = (strategy: StrategyId): Standing => {
    const known = standings.get(strategy);
    if (known !== undefined) return known;
    const fresh = new Standing();
    standings.set(strategy, fresh);
    return fresh;
  };
  const lots = new Map<string, bigint>();
  const begun = new Map<StrategyId, number>();
  const all: Decision[] = [];
  const marks: { instrument: string; mark: Mark; at: number; takenAt: number }[] = [];
  let clock = 0;
  for (const { command, events, takenAt } of turns) {
    if (command.type === "InstrumentChanged") lots.set(command.instrument.id, command.instrument.lotSize);
    if (command.type === "Allot" && !begun.has(command.strategy)) begun.set(command.strategy, takenAt);
    if (command.type === "Propose") {
      const { strategy, at } = command;
      const stood = standing(strategy).text;
      for (const ask of command.asks)
        all.push({ strategy, at, takenAt, ask, ...textsOf(strategy, ask), stood });
      for (const [instrument, mark] of Object.entries(command.marks))
        marks.push({ instrument, mark, at, takenAt });
    }
    clock = Math.max(clock, takenAt);
    for (const event of events) follow(standing, event);
    for (const one of standings.values()) one.note(clock, lots);
  }
  const stoodAt = (strategy: StrategyId, at: number): string =>
    standings.get(strategy)?.since.findLast((one) => one.at <= at)?.text ?? "";
  const changedWithin = (strategy: StrategyId, from: number, to: number): boolean =>
    standings.get(strategy)?.since.some(({ at }) => at > from && at <= to) ?? false;
  const begunAt = (strategy: StrategyId): number => begun.get(strategy) ?? -Infinity;
  return { all, marks, stoodAt, begunAt, changedWithin };
};

/** Prices and quantities of an order that is placed depend on what is held: the wish is the same without them. */
const textsOf = (strategy: StrategyId, ask: Ask): { readonly text: string; readonly purpose: string } => {
  if (ask.type === "cancel") return { text: `cancel ${ask.tag}`, purpose: `${strategy} cancel ${ask.tag}` };
  const { instrument } = ask;
  if (ask.type === "aim") {
    const { exposure, reason, numbers } = ask;
    const purpose = purposeOf({ strategy, instrument, reason, numbers });
    return { text: `aim ${exposure} ${purpose}`, purpose };
  }
  const reason = ask.type === "protect" ? ask.reason : ask.tag;
  const purpose = purposeOf({ strategy, instrument, reason, numbers: [] });
  const what = ask.type === "protect" ? "protect" : `${ask.side} ${ask.orderType}`;
  return { text: `${what} ${purpose}`, purpose };
};

const follow = (standing: (strategy: StrategyId) => Standing, event: PortfolioEvent): void => {
  switch (event.type) {
    case "OrderApproved":
      standing(event.order.strategy).work(event.order.instrument, 1);
      return;
    case "OrderClosed":
      standing(event.strategy).work(event.instrument, -1);
      return;
    case "OrderFilled":
      standing(event.strategy).hold(event.instrument, baseChange(event.fill));
      return;
    case "Crossed":
      standing(event.buy.strategy).hold(event.instrument, event.quantity);
      standing(event.sell.strategy).hold(event.instrument, 0n - event.quantity);
      return;
    default:
  }
};

/** What a fill adds to the base held; a fee in base lessens it. */
export const baseChange = ({ instrument, side, quantity, fee, feeAsset }: Fill): bigint =>
  (side === "buy" ? quantity : 0n - quantity) - (feeAsset === baseOf(instrument) ? fee : 0n);

const baseOf = (instrument: InstrumentId): string =>
  instrument.slice(instrument.indexOf(":") + 1, instrument.indexOf("/"));

export const decisionText = ({ strategy, text, at }: Decision, where: string): string =>
  `only in the ${where}: ${strategy} at ${at}: ${text}`;

/** From decision to venue, and to the portfolio; ascending. */
export const delaysOf = (orders: Iterable<OrderPath>, decisions: readonly Decision[]): number[] => {
  const delays: number[] = [];
  for (const { order, acceptedAt } of orders)
    if (acceptedAt !== undefined) delays.push(acceptedAt - order.at);
  for (const { at, takenAt } of decisions) delays.push(takenAt - at);
  return delays.sort((a, b) => a - b);
};
