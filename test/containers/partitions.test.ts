/**
 * Containers that are cut off by the packet filter inside of their own network: from the bus in both directions and in one,
 * from the venue alone; and one that is frozen. The owner halts itself within its lease, another takes over, and when
 * the cut has healed nothing is lost or doubled.
 */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TTL_MS } from "../../adapters/leases/lease-of-host.ts";
import { nothingBroken } from "./nothing-broken.ts";
import { canRunContainers, type Container } from "./podman.ts";
import { ACTORS, startFleet, STRATEGIES, symbols, type Started } from "./start-fleet.ts";
import { takenOver } from "./taken-over.ts";

/** Long enough for the owner to come back while others have long been trading. */
const APART_MS = 3_000;
/** Of the packet filter's own start. */
const FILTER_MS = 500;

type Rule = readonly string[];
const from = ({ address }: Container): Rule => ["INPUT", "-s", address, "-j", "DROP"];
const to = ({ address }: Container): Rule => ["OUTPUT", "-d", address, "-j", "DROP"];

describe.skipIf(!canRunContainers())("partitions", () => {
  let started!: Started;
  beforeAll(async () => {
    started = await startFleet();
    await started.fleet.up(3);
    await started.fleet.settled(ACTORS, 3, 60_000);
    await started.fleet.goesOn();
  }, 460_000);
  afterAll(async () => {
    await (started as Started | undefined)?.clear();
  }, 60_000);

  const change = async (container: Container, how: "-A" | "-D", rules: readonly Rule[]): Promise<void> => {
    for (const rule of rules) await started.podman.iptables(container, how, ...rule);
  };
  const one = async (service: string): Promise<Container> => (await started.fleet.containers(service))[0]!;
  /** When it said, after `at`, that its lease is over: ms after. By its own clock, which is this machine's. */
  const haltedItself = async (container: Container, at: number): Promise<number | undefined> => {
    const lines = (await started.podman.do("logs", container.id)).split("\n");
    for (const line of lines) {
      if (!line.includes("The lease is over")) continue;
      const told = JSON.parse(line) as { readonly "@timestamp": string };
      const ms = Date.parse(told["@timestamp"]) - at;
      if (ms >= 0) return ms;
    }
    return undefined;
  };
  const whole = async (): Promise<void> => {
    await started.fleet.settled(ACTORS, 3, 60_000);
    await started.fleet.goesOn();
  };

  it.each([
    ["neither hears nor speaks to", (nats: Container) => [from(nats), to(nats)]],
    ["does not hear", (nats: Container) => [from(nats)]],
    ["cannot speak to", (nats: Container) => [to(nats)]],
  ] as const)(
    "the owner %s the bus: it halts itself within its lease, others take over",
    async (what, rulesOf) => {
      const { fleet } = started;
      const owner = await fleet.ownerOf("portfolio.main");
      const rules = rulesOf(await one("nats"));
      const [wall, began] = [Date.now(), performance.now()];
      await change(owner, "-A", rules);
      const { ownedMs, tradedMs } = await takenOver(fleet, owner, began);
      await pause(APART_MS);
      const halted = await haltedItself(owner, wall);
      console.info(
        `owner ${what} the bus: halted itself after ${halted} ms, owned elsewhere after ${ownedMs} ms, traded after ${tradedMs} ms`,
      );
      await change(owner, "-D", rules);
      expect(halted).toBeLessThan(TTL_MS + FILTER_MS);
      expect(halted).toBeLessThan(ownedMs);
      await whole();
    },
    150_000,
  );

  it("the owner is frozen and wakes up: what it still believes to own counts for nothing", async () => {
    const { fleet, podman } = started;
    const owner = await fleet.ownerOf("portfolio.main");
    const began = performance.now();
    await podman.do("pause", owner.id);
    const { ownedMs, tradedMs } = await takenOver(fleet, owner, began);
    console.info(`frozen: owned elsewhere after ${ownedMs} ms, traded after ${tradedMs} ms`);
    await pause(APART_MS);
    await podman.do("unpause", owner.id);
    await whole();
  }, 150_000);

  it("the owner of the account is cut off from the venue alone: nobody takes over, and orders go on afterwards", async () => {
    const { fleet } = started;
    const owner = await fleet.ownerOf("execution.main");
    const venue = await one("sandbox");
    const rules = [from(venue), to(venue)];
    await change(owner, "-A", rules);
    const { counters } = await fleet.view();
    await pause(2 * APART_MS);
    expect((await fleet.ownerOf("execution.main")).id).toBe(owner.id);
    await change(owner, "-D", rules);
    const healed = performance.now();
    const traded = await fleet.owners.watch.traded(healed);
    console.info(
      `cut off from the venue: ${(await fleet.view()).counters.fills - counters.fills} fills caught up, orders again after ${Math.round(traded - healed)} ms`,
    );
    await whole();
  }, 150_000);

  it("lost nothing and doubled nothing", async () => {
    await nothingBroken(started.fleet, { strategies: STRATEGIES, symbols });
  }, 90_000);
});
