import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
});
