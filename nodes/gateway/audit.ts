/**
 * Who did what over the gateway, and what became of it: one journal entry each in stream `audit.gateway`, chained by
 * hashes as every entry is. Several gateways may share the stream: the loser of a race looks again and appends behind.
 */
import { Conflict, type Journal } from "../../adapters/journal/journal.ts";

export const AUDIT = "audit.gateway";

export interface Audited {
  /** Name of the token. */
  readonly who: string;
  /** Method and path with its names, e.g. `POST /api/v1/strategies/{id}/stop`. */
  readonly what: string;
  readonly input: unknown;
  readonly from: string;
  /** `done`, or the type of the error. */
  readonly outcome: string;
  readonly code: number;
  /** Wall time, ms. */
  readonly when: number;
}

const ATTEMPTS = 8;

export const auditor = (journal: Journal, marketNow: () => number, writer: string) => {
  let last: Promise<unknown> = Promise.resolve();

  const append = async ({ who, what, input, from, when, outcome, code }: Audited): Promise<number> => {
    const turns = [
      { command: { who, what, input, from, when }, events: [{ type: "Audited", outcome, code }] },
    ];
    const entry = { schema: 1, turns, at: marketNow(), marketSequence: 0, writer };
    for (let attempt = 1; ; attempt += 1)
      try {
        return await journal.append(AUDIT, entry, await journal.lastSequence(AUDIT));
      } catch (error) {
        if (!(error instanceof Conflict) || attempt === ATTEMPTS) throw error;
      }
  };

  /** One after the other, in order of arrival. */
  return (entry: Audited): Promise<number> => {
    const mine = last.then(() => append(entry));
    last = mine.catch(() => undefined);
    return mine;
  };
};
