/**
 * Order-to-trade ratio: orders sent and cancels asked for over fills, within a window of time, as venues count it against those who
 * quote much and trade little. Counted by whole minutes, so that a busy hour costs sixty numbers.
 */
const MINUTE_MS = 60_000;

/** The rule: nothing is refused before `free` messages within the window. */
export interface MessageRule {
  /** Messages for each fill. */
  readonly max: number;
  readonly minutes: number;
  readonly free: number;
}

export type SavedMessages = readonly (readonly [minute: number, sent: number, fills: number])[];

export class MessageRatio {
  /** Oldest first. */
  private minutes: { readonly minute: number; sent: number; fills: number }[] = [];

  sent(at: number, within: number): void {
    this.at(at, within).sent += 1;
  }

  filled(at: number, within: number): void {
    this.at(at, within).fills += 1;
  }

  /** How many messages there were for each fill, one more message included; undefined while that is within the rule. */
  beyond({ max, minutes, free }: MessageRule, at: number): number | undefined {
    let sent = 1;
    let fills = 0;
    const first = Math.floor(at / MINUTE_MS) - minutes;
    for (const one of this.minutes)
      if (one.minute > first) {
        sent += one.sent;
        fills += one.fills;
      }
    const ratio = sent / Math.max(1, fills);
    return sent > free && ratio > max ? ratio : undefined;
  }

  save(): SavedMessages {
    return this.minutes.map(({ minute, sent, fills }) => [minute, sent, fills]);
  }

  load(saved: SavedMessages): this {
    this.minutes = saved.map(([minute, sent, fills]) => ({ minute, sent, fills }));
    return this;
  }

  private at(at: number, within: number) {
    const minute = Math.floor(at / MINUTE_MS);
    const last = this.minutes.at(-1);
    // Venue times may lag behind: they count where the newest does.
    if (last !== undefined && last.minute >= minute) return last;
    const next = { minute, sent: 0, fills: 0 };
    this.minutes = this.minutes.filter((one) => one.minute > minute - within);
    this.minutes.push(next);
    return next;
  }
}
