/** What a rig of several venues is made of. */
import type { Instrument } from "../../domain/market/instrument.ts";
import { parseInstrument } from "../../domain/market/parse.ts";
import type { Params, Strategy } from "../../domain/strategy/strategy.ts";

export interface Trouble {
  readonly venue: string;
  readonly from: number;
  readonly to: number;
  /** Orders are refused; are taken, but nothing is told until `to`; wait at the door until `to`. Or no books are told. */
  readonly how: "refuse" | "silent" | "stuck" | "deaf";
}

export interface RigOptions {
  readonly strategy: Strategy;
  readonly params?: Params;
  /** `venue:BTC/USDT`. */
  readonly pairs: readonly string[];
  /** By asset, at each venue. */
  readonly balances: Readonly<Record<string, string>>;
  readonly takerBps?: number;
  readonly feedMs?: number;
  readonly entryMs?: number;
  readonly answerMs?: number;
  readonly troubles?: readonly Trouble[];
}

export const instrumentOf = (id: string, takerBps: number): Instrument => {
  const [venue, symbol] = id.split(":") as [string, string];
  const [base, quote] = symbol.split("/") as [string, string];
  const steps = { tickSize: quote === "USDT" ? "0.01" : "0.000001", lotSize: "0.0001" };
  return parseInstrument({
    ...{ venue, symbol, base, quote, ...steps, quantityMin: "0.0001", quantityMax: 0 },
    ...{ notionalMin: quote === "USDT" ? 5 : 0, makerBps: takerBps, takerBps, status: "trading" },
  });
};
