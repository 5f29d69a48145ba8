/** Where the spent amounts lie: in this process, or where a whole cluster counts together. Behind the gate. */
import type { Claim } from "./window.ts";

export interface Verdict {
  /** 0: all claims are taken. Otherwise nothing is, and there is no room before this time. */
  readonly readyAt: number;
  /** Used of each claim's window, this one included when taken. */
  readonly used: readonly number[];
  /** The venue shuts out whoever claims one of these until then; 0: none of them. */
  readonly bannedUntil: number;
}

export interface Store {
  /** All or none. Claims without a ceiling are always taken. */
  take(claims: readonly Claim[], now: number): Promise<Verdict>;
  /** At least `used` was spent since `since`. Answers with what now counts since then. */
  hear(window: Window, used: number, since: number, now: number): Promise<number>;
  /** Nothing but what is urgent before `until`; `ban`: nothing at all. */
  hold(window: Window, until: number, ban: boolean, now: number): Promise<void>;
  close(): Promise<void>;
}

export type Window = Pick<Claim, "key" | "windowMs">;
