/**
 * Where a resting order stands in its level. The book tells lots by price, not who left: of lots that went without a trade a model says
 * how many stood ahead. Risk-averse: none, as far as there is room behind. The others share them by f(ahead) : f(behind), f(x) = x^n
 * (n = 1: every lot as likely as another) or log(1 + x). Source: the queue models that hftbacktest's documentation describes, after
 * Rigtorp, "Estimating order queue position" (2013).
 */
import { Invalid } from "../../domain/values/invalid.ts";

export class QueueModel {
  readonly name: string;
  private readonly kind: "risk-averse" | "power" | "log";
  private readonly exponent: number;

  constructor(name: string, kind: "risk-averse" | "power" | "log", exponent = 1) {
    this.name = name;
    this.kind = kind;
    this.exponent = exponent;
  }

  /** Lots ahead after `gone` lots of the level left, of which `ahead` stood ahead and `behind` behind. */
  aheadAfter(ahead: number, behind: number, gone: number): number {
    const left = Math.max(0, ahead + behind - gone);
    if (this.kind === "risk-averse" || ahead === 0) return Math.min(ahead, left);
    const [front, back] = [this.weight(ahead), this.weight(behind)];
    return Math.max(0, Math.min(ahead - (gone * front) / (front + back), left));
  }

  private weight(lots: number): number {
    if (this.kind === "log") return Math.log1p(lots);
    // The usual exponents without the general power, which is slow.
    if (this.exponent === 1) return lots;
    if (this.exponent === 2) return lots * lots;
    return this.exponent === 3 ? lots * lots * lots : lots ** this.exponent;
  }
}

const expected = "risk-averse, proportional, power:N or log";

/** Throws `Invalid` naming `field`. */
export const parseQueueModel = (text: string, field: string): QueueModel => {
  if (text === "risk-averse" || text === "log") return new QueueModel(text, text);
  if (text === "proportional") return new QueueModel(text, "power");
  const exponent = Number(/^power:(\d+(?:\.\d+)?)$/.exec(text)?.[1] ?? NaN);
  if (!(exponent > 0 && exponent <= 10)) throw new Invalid(field, expected, text);
  return new QueueModel(text, "power", exponent);
};
