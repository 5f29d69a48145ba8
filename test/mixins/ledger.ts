/** The smallest actors that can lose something: a counter in memory, and one that is journaled. */
import type { Journal } from "../../adapters/journal/journal.ts";
import { command, contract, event, nothing, query } from "../../contracts/contract.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { Decider } from "../../domain/values/decider.ts";
import { defineActor, type Actor } from "../../mixins/actor.ts";
import { EventSourced } from "../../mixins/event-sourced.ts";

const amount = (raw: unknown): bigint => {
  if (typeof raw !== "bigint") throw new Invalid("amount", "an exact amount", raw);
  return raw;
};

export const CounterContract = contract({
  kind: "counter",
  answers: {
    add: command<bigint, bigint>(amount),
    fail: command<string>((raw) => String(raw)),
    slow: command<number, number>((raw) => Number(raw)),
    total: query<void, bigint>(nothing),
  },
  tells: { changed: event<{ total: bigint; note?: string }>() },
});

export const counter = (id: string, calls: string[] = []): Actor => {
  let total = 0n;
  let self: Parameters<NonNullable<Parameters<typeof defineActor<typeof CounterContract>>[2]["start"]>>[0];
  return defineActor(CounterContract, id, {
    handlers: {
      add: (n) => {
        calls.push("add");
        total += n;
        self.tell("changed", { total });
        return total;
      },
      fail: (why) => {
        throw new Invalid("why", "something else", why);
      },
      slow: async (ms) => {
        calls.push("slow");
        await new Promise((resolve) => setTimeout(resolve, ms));
        return ms;
      },
      total: () => {
        calls.push("total");
        return total;
      },
    },
    start: (own) => {
      self = own;
    },
  });
};

interface Added {
  readonly id: number;
  readonly n: number;
}
export interface LedgerState {
  sum: number;
  count: number;
  readonly seen: Set<number>;
}

/** Adds each id once; refuses n < 0 by throwing; evolve breaks on n = 13. */
export const ledgerDecider: Decider<LedgerState, Added, Added> = {
  schema: 1,
  initial: () => ({ sum: 0, count: 0, seen: new Set() }),
  decide(state, added) {
    if (added.n < 0) throw new Invalid("n", "a positive number", added.n);
    return state.seen.has(added.id) ? [] : [added];
  },
  evolve(state, { id, n }) {
    if (n === 13) throw new Error("an invariant broke");
    state.sum += n;
    state.count += 1;
    state.seen.add(id);
  },
  save: ({ sum, count, seen }) => ({ sum, count, seen: [...seen] }),
  load: (saved) => {
    const { sum, count, seen } = saved as { sum: number; count: number; seen: number[] };
    return { sum, count, seen: new Set(seen) };
  },
};

export const LedgerContract = contract({
  kind: "ledger",
  answers: {
    add: command<Added, boolean>((raw) => raw as Added),
    sum: query<void, { sum: number; count: number }>(nothing),
  },
  tells: {},
});

export const ledger = (id: string, journal: Journal, writer: string): Actor => {
  const book = new EventSourced<LedgerState, Added, Added>({
    stream: `ledger-${id}`,
    decider: ledgerDecider,
    journal,
    stamp: () => ({ at: 0, marketSequence: 0 }),
    writer: () => writer,
    snapshotEvery: 50,
  });
  return defineActor(LedgerContract, id, {
    sourced: book,
    handlers: {
      add: (added) => book.tell(added).then((events) => events.length > 0),
      sum: () => book.read(({ sum, count }) => ({ sum, count })),
    },
  });
};
