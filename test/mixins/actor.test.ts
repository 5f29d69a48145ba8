import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Undelivered } from "../../adapters/dead-letters/dead-letters.ts";
import { contract, hear, tell } from "../../contracts/contract.ts";
import { defineActor } from "../../mixins/actor.ts";
import type { Wire } from "../../mixins/wire.ts";
import { CounterContract } from "./ledger.ts";
import { startNode, type Node } from "./node.ts";

describe("an actor's life", () => {
  let node: Node;
  let wire: Wire;
  beforeAll(async () => {
    node = await startNode({ hostId: "alone" });
    ({ wire } = node);
  });
  afterAll(() => node.broker.stop());

  it("is reachable only after it has started, and not at all when the start fails", async () => {
    let ready = (): void => undefined;
    const starting = new Promise<void>((resolve) => (ready = resolve));
    const C = contract({ kind: "counter", answers: {}, tells: {} });
    const opening = wire.open(defineActor(C, "starting", { handlers: {}, start: () => starting }));
    expect([...wire.actors()].some(({ id }) => id === "starting")).toBe(false);
    ready();
    await opening;
    expect([...wire.actors()].some(({ id }) => id === "starting")).toBe(true);
    await wire.close("counter", "starting");
    const failing = defineActor(C, "failing", {
      handlers: {},
      start: () => Promise.reject(new Error("no market")),
    });
    await expect(wire.open(failing)).rejects.toThrow("no market");
    expect([...wire.actors()].some(({ id }) => id === "failing")).toBe(false);
  });

  it("news that arrives during the start waits behind it; the last turn ends before it stops", async () => {
    const C = contract({ kind: "counter", answers: {}, tells: {} });
    const steps: string[] = [];
    await wire.open(
      defineActor(C, "steps", {
        handlers: {},
        hears: [
          hear(CounterContract, "x", "changed", async ({ total }) => {
            await new Promise((resolve) => setTimeout(resolve, 10));
            steps.push(`heard ${total}`);
          }),
        ],
        start: () => {
          tell(wire, CounterContract, "x", "changed", { total: 1n });
          steps.push("started");
        },
        stop: () => void steps.push("stopped"),
      }),
    );
    tell(wire, CounterContract, "x", "changed", { total: 2n });
    await wire.close("counter", "steps");
    expect(steps).toEqual(["started", "heard 1", "heard 2", "stopped"]);
  });

  it("news that it cannot bear or has no room for is set aside, and the next is heard", async () => {
    const C = contract({ kind: "counter", answers: {}, tells: {} });
    const letters: Undelivered[] = [];
    node.wire.deadLetters = { setAside: (letter) => letters.push(letter), strike: () => 1, struck: () => 0 };
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const heard: bigint[] = [];
    await wire.open(
      defineActor(C, "choosy", {
        handlers: {},
        depthMax: 2,
        hears: [
          hear(CounterContract, "y", "changed", async ({ total }) => {
            if (total === 1n) throw new Error("not this one");
            if (total === 2n) await gate;
            heard.push(total);
          }),
        ],
      }),
    );
    tell(wire, CounterContract, "y", "changed", { total: 1n });
    await new Promise((resolve) => setImmediate(resolve));
    for (const total of [2n, 3n, 4n]) tell(wire, CounterContract, "y", "changed", { total });
    open();
    await wire.close("counter", "choosy");
    expect(heard).toEqual([2n, 3n]);
    expect(letters).toMatchObject([
      { reason: "broken", error: "Error: not this one", from: "counter.choosy", input: { total: 1n } },
      {
        reason: "full",
        to: { kind: "counter", id: "y", message: "changed", mode: "news" },
        input: { total: 4n },
      },
    ]);
    node.wire.deadLetters = undefined;
  });
});
