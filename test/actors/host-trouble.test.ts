/** A host in one process with actors that cannot start: it goes on, tries again later, and its own start ends. */
import { expect, it } from "vitest";
import { hostActor } from "../../actors/host.actor.ts";
import { systemClock } from "../../adapters/clock/clock.ts";
import { HostContract } from "../../contracts/host.ts";
import { ref } from "../../contracts/contract.ts";
import { placement } from "../../mixins/placement.ts";
import { counter } from "../mixins/ledger.ts";
import { startNode } from "../mixins/node.ts";
import { eventually } from "../servers.ts";

it("starts although actors fail again and again, each attempt longer than the pause before the next", async () => {
  const node = await startNode({ hostId: "alone" });
  const attempts = { ledger: 0, counter: 0 };
  let mended = false;
  const host = hostActor({
    wire: node.wire,
    clock: systemClock,
    locate: placement(),
    kinds: ["ledger", "counter"],
    desired: [
      { kind: "ledger", id: "broken" },
      { kind: "counter", id: "slow" },
      { kind: "counter", id: "sound" },
    ],
    make: async ({ kind, id }) => {
      if (id === "sound" || mended) return counter(id);
      attempts[kind as keyof typeof attempts] += 1;
      // Longer than the pause after a first failure, which is none.
      await new Promise((resolve) => setTimeout(resolve, 100));
      throw new Error(`${id} cannot start`);
    },
  });
  try {
    await host.start();
    // Its start waited for the first attempt of each, and for hardly more: no pass waits for the starts of the one before.
    expect(attempts.ledger + attempts.counter).toBeLessThanOrEqual(4);
    expect(host.actors().map(({ id }) => id)).toEqual(["sound"]);
    await eventually("it tries again", () => attempts.counter > 1);
    mended = true;
    await eventually("all run", () => host.actors().some(({ id }) => id === "slow"));
  } finally {
    await node.broker.stop();
  }
});

it("starts what an actor waits for while that still waits", async () => {
  const node = await startNode({ hostId: "alone" });
  const ledger = Promise.withResolvers<void>();
  const host = hostActor({
    wire: node.wire,
    clock: systemClock,
    locate: placement(),
    kinds: ["ledger", "counter", "later"],
    desired: [{ kind: "counter", id: "waits" }],
    make: async ({ kind, id }) => {
      if (kind === "ledger") ledger.resolve();
      else await ledger.promise;
      return counter(id);
    },
  });
  try {
    const started = host.start();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(host.actors()).toEqual([]);
    // As after a second death, while what the first one orphaned is being taken up.
    void ref(node.wire, HostContract, "alone").wish({ kind: "ledger", id: "late", wanted: true });
    await started;
    expect(host.actors().map(({ id }) => id)).toEqual(expect.arrayContaining(["late", "waits"]));
  } finally {
    await node.broker.stop();
  }
});
