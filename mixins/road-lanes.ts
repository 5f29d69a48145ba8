/** The lanes of the market road: every subject has one, by its name, and each lane counts its messages by itself. */
import type { Subscription } from "nats";
import type { Part } from "./market-codec.ts";

const LANES = 4;

export interface Lane {
  readonly subject: string;
  readonly number: number;
  sequence: number;
  /** Something was not sent, since no other host was seen: one that was there all the same must see a gap. */
  skipped: boolean;
  trades: number;
  parts: Part[];
  /** Where in `parts` the latest of a subject is: it still takes trades. */
  readonly latest: Map<string, number>;
  subscription: Subscription | undefined;
  readonly heard: Map<string, number>;
}

export const laneOf = (subject: string): number => {
  let h = 0;
  for (let i = 0; i < subject.length; i += 1) h = (Math.imul(h, 31) + subject.charCodeAt(i)) | 0;
  return (h >>> 0) % LANES;
};

export const lanesUnder = (prefix: string): readonly Lane[] =>
  Array.from({ length: LANES }, (_, n) => ({
    subject: `${prefix}.${n}`,
    number: n,
    sequence: 0,
    skipped: false,
    trades: 0,
    parts: [],
    latest: new Map(),
    subscription: undefined,
    heard: new Map(),
  }));
