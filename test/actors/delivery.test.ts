/** The portfolio's side of "sent once": which failures may be tried anew as a first try, and which may not. */
import { describe, expect, it } from "vitest";
import { unfenced } from "../../adapters/leases/leases.ts";
import { delivery } from "../../actors/portfolio/delivery.ts";
import { busDown, mailboxFull, notHere, unknownOutcome } from "../../contracts/failure.ts";
import type { Placed, Placing } from "../../contracts/execution.ts";
import type { PortfolioCommand } from "../../domain/portfolio/commands.ts";
import type { Effect } from "../../domain/portfolio/news.ts";
import type { Wire } from "../../mixins/wire.ts";

const place = {
  type: "place",
  account: "main",
  order: { id: "a1", account: "main", instrument: "v:A/B", at: 5 },
} as unknown as Effect;
const accepted: Placed = { type: "accepted", at: 7 as never, venueOrderId: "9" };

/** Execution as seen through the bus: answers or failures by script, and the attempts it was told. */
const through = (script: readonly (Placed | Error)[]) => {
  const attempts: number[] = [];
  const told: PortfolioCommand[] = [];
  const wire = {
    ask: (_kind: string, _id: string, _message: string, input: Placing) => {
      attempts.push(input.attempt);
      const answer = script[attempts.length - 1]!;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  } as unknown as Wire;
  const send = delivery(
    wire,
    (command) => {
      told.push(command);
      return Promise.resolve();
    },
    { tenure: unfenced, onStale: () => undefined },
  );
  const run = async (first: number): Promise<void> => {
    for (let attempt = first; attempt < first + script.length; attempt += 1)
      await send(place, attempt).catch(() => undefined);
  };
  return { run, attempts, told };
};

describe("delivery of an order", () => {
  it.each<[string, readonly (Placed | Error)[], number, readonly number[]]>([
    ["is a first try", [accepted], 1, [1]],
    [
      "stays a first try while nobody took it",
      [notHere("execution", "main"), mailboxFull(9), busDown(), accepted],
      1,
      [1, 1, 1, 1],
    ],
    ["is a maybe after a time-out", [unknownOutcome("no answer"), accepted], 1, [1, 2]],
    [
      "is a maybe after any other failure",
      [new Error("boom"), notHere("execution", "main"), accepted],
      1,
      [1, 2, 2],
    ],
    ["is a maybe when it comes back from the journal", [notHere("execution", "main"), accepted], 2, [2, 2]],
  ])("%s", async (_what, script, first, expected) => {
    const { run, attempts, told } = through(script);
    await run(first);
    expect(attempts).toEqual(expected);
    expect(told).toMatchObject([
      { type: "RecordReport", report: { order: "a1", status: "open", filled: 0n, venueOrderId: "9" } },
    ]);
  });

  it.each<[Placed, object]>([
    [
      { type: "refused", reason: "insufficient-balance", detail: "-2010", at: 7 as never },
      { type: "RecordReport", report: { status: "refused", reason: "insufficient-balance" } },
    ],
    [
      { type: "never-arrived", at: 7 as never },
      { type: "RecordOutcome", order: "a1", outcome: "never-arrived" },
    ],
    [
      { type: "not-sent", detail: "breaker", at: 7 as never },
      { type: "RecordOutcome", order: "a1", outcome: "not-sent" },
    ],
  ])("tells the ledger %o", async (answer, command) => {
    const { run, told } = through([answer]);
    await run(1);
    expect(told).toMatchObject([command]);
  });
});
