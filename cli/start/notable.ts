/**
 * Lines about what a person would want to hear of: orders that filled (the fills of one order taken together), refusals
 * (equal ones counted), crosses, halts, errors. At most some a flush, so that a thousand strategies leave the screen readable.
 */
import colours from "picocolors";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import { format, ONE, over, type Decimal } from "../../domain/values/values.ts";
import { shorter, timeText } from "../terminal.ts";

interface Filled {
  readonly text: string;
  quantity: Decimal;
  notional: Decimal;
  fills: number;
}

export class Notable {
  orders = 0;
  fills = 0;
  refusals = 0;
  readonly #linesMax: number;
  readonly #filled = new Map<string, Filled>();
  readonly #refused = new Map<string, number>();
  readonly #troubles = new Map<string, number>();
  readonly #plain: string[] = [];

  constructor(linesMax = 6) {
    this.#linesMax = linesMax;
  }

  hear(portfolio: string, events: readonly PortfolioEvent[]): void {
    for (const event of events) this.#one(portfolio, event);
  }

  /** An error of the log. */
  trouble(text: string): void {
    this.#troubles.set(text, (this.#troubles.get(text) ?? 0) + 1);
  }

  /** What has gathered since the last call. */
  take(): readonly string[] {
    const lines = [
      ...[...this.#troubles].map((one) => colours.red(`error: ${countedText(one)}`)),
      ...this.#plain,
      ...[...this.#filled.values()].map(filledText),
      ...[...this.#refused].map(countedText),
    ];
    this.#troubles.clear();
    this.#plain.length = 0;
    this.#filled.clear();
    this.#refused.clear();
    const over = lines.length - this.#linesMax;
    return over > 0 ? [...lines.slice(0, this.#linesMax), colours.dim(`... and ${over} more`)] : lines;
  }

  #one(portfolio: string, event: PortfolioEvent): void {
    switch (event.type) {
      case "OrderPlaced":
        this.orders += 1;
        return;
      case "OrderFilled": {
        this.fills += 1;
        const { quantity, notional } = event.fill;
        const text = `${event.strategy} ${event.side === "buy" ? "bought" : "sold"}`;
        const found = this.#filled.get(event.order) ?? {
          text: `${text} %q ${pairOf(event.instrument)}`,
          quantity: 0n,
          notional: 0n,
          fills: 0,
        };
        found.quantity += quantity;
        found.notional += notional;
        found.fills += 1;
        this.#filled.set(event.order, found);
        return;
      }
      case "Crossed":
        this.#plain.push(
          `crossed ${format(event.quantity)} ${pairOf(event.instrument)} at ${format(event.price)} between ${event.buy.strategy} and ${event.sell.strategy}`,
        );
        return;
      case "OrderRefused":
        this.#refuse(
          `${event.strategy} ${event.side} ${pairOf(event.instrument)} refused: ${event.rule}${boundText(event.asked, event.max)}`,
        );
        return;
      case "OrderClosed":
        if (event.status === "refused")
          this.#refuse(
            `${event.strategy} ${event.side} ${pairOf(event.instrument)} refused by the venue: ${event.reason ?? ""}`,
          );
        return;
      case "Halted":
        this.#plain.push(colours.red(`${portfolio} HALTED (${event.level}) by ${event.by}: ${event.reason}`));
        return;
      case "Resumed":
        this.#plain.push(colours.green(`${portfolio} resumed by ${event.by}`));
        return;
      case "DegradationChanged":
        this.#plain.push(
          (event.level === "full" ? colours.green : colours.red)(
            `${portfolio} account ${event.account}: ${event.from} -> ${event.level} (${event.reason}${event.ms === undefined ? "" : `, ${event.ms} ms`})`,
          ),
        );
        return;
      case "Adjusted":
        this.#plain.push(`${portfolio} ${event.why}: ${format(event.amount)} ${event.asset}`);
        return;
      default:
        return;
    }
  }

  #refuse(text: string): void {
    this.refusals += 1;
    // The figures differ each time: counted by who and why.
    const known = [...this.#refused.keys()].find((one) => withoutBound(one) === withoutBound(text));
    this.#refused.set(known ?? text, (this.#refused.get(known ?? text) ?? 0) + 1);
  }
}

const withoutBound = (text: string): string => text.split(/, (?:asked|until) /)[0]!;

const countedText = ([text, count]: readonly [string, number]): string =>
  `${text}${count > 1 ? ` (${count} times)` : ""}`;

/** Of some rules `asked` is the time now and `max` the end, in ms, 0 where there is none; no amount is that large. */
const MOMENT = 10n ** 11n * ONE;

const boundText = (asked: Decimal, max: Decimal): string => {
  if (asked >= MOMENT) return max >= MOMENT ? `, until ${timeText(Number(max / ONE))}` : "";
  return `, asked ${shorter(format(asked))}, at most ${shorter(format(max))}`;
};

const pairOf = (instrument: string): string => instrument.slice(instrument.indexOf(":") + 1);

const filledText = ({ text, quantity, notional, fills }: Filled): string => {
  const price = quantity === 0n ? 0n : over(notional, quantity);
  return `${text.replace("%q", shorter(format(quantity)))} at ${shorter(format(price), 6)}${fills > 1 ? ` (${fills} fills)` : ""}`;
};
