/**
 * The budget that a download spends from: its own, or that of a running cluster, so that both together ask no more than the venue
 * lets one address ask. The engine's own gate and stores; data have the lowest priority there and leave room for orders.
 */
import { connect } from "nats";
import { gate } from "../../adapters/limits/gate.ts";
import type { Limits } from "../../adapters/limits/limits.ts";
import type { Store } from "../../adapters/limits/store.ts";
import type { Clock } from "../../adapters/clock/clock.ts";
import { natsAddresses, withoutPassword } from "../../adapters/nats/addresses.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { Exit, exits } from "../exit.ts";

export interface Shared {
  readonly nats?: string | undefined;
  readonly redis?: string | undefined;
}

/** Throws `Invalid` for both at once, and ends with 3 where NATS cannot be reached. */
export const openLimits = async (
  { nats, redis }: Shared,
  ports: { readonly clock: Clock; readonly tell: (problem: string) => void },
): Promise<{ readonly limits: Limits; close(): Promise<void> }> => {
  if (nats !== undefined && redis !== undefined)
    throw new Invalid("--redis", "one of --nats and --redis, as the cluster has it", redis);
  const { store, close } = await openStore({ nats, redis });
  const limits = gate(store, ports);
  return {
    limits,
    async close() {
      await limits.close();
      await close();
    },
  };
};

const nothing = (): Promise<void> => Promise.resolve();

const openStore = async ({
  nats,
  redis,
}: Shared): Promise<{ readonly store: Store; close(): Promise<unknown> }> => {
  if (redis !== undefined) {
    const { redisStore } = await import("../../adapters/limits/redis.ts");
    return { store: redisStore({ url: redis }), close: nothing };
  }
  if (nats === undefined) {
    const { MemoryStore } = await import("../../adapters/limits/memory.ts");
    return { store: new MemoryStore(), close: nothing };
  }
  const { natsStore } = await import("../../adapters/limits/nats.ts");
  const connection = await connect({
    ...natsAddresses(nats, "--nats"),
    timeout: 5_000,
    name: "shoal download",
  }).catch((error: unknown) => {
    throw new Exit(
      exits.unreachable,
      `--nats: NATS at ${withoutPassword(nats)} cannot be reached: ${(error as Error).message}`,
    );
  });
  return { store: await natsStore({ connection }), close: () => connection.close() };
};
