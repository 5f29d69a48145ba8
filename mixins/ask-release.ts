/** Before a host starts actors it asks all others to stop them: two must never run at once in a healthy cluster. */
import { ref } from "../contracts/contract.ts";
import { isFailure } from "../contracts/failure.ts";
import { HostContract, type Address } from "../contracts/host.ts";
import { keyOf } from "./desired.ts";
import type { Wire } from "./wire.ts";

/** Which of them had run on other hosts, now stopped; undefined when a live host did not answer. */
export const askRelease = async (
  wire: Wire,
  actors: readonly Address[],
): Promise<ReadonlySet<string> | undefined> => {
  const release = { actors: actors.map(({ kind, id }) => ({ kind, id })) };
  const answers = await Promise.all(
    wire.hosts().map(async ({ id, roles }) => {
      if (id === wire.hostId || roles.length === 0) return [];
      try {
        return await ref(wire, HostContract, id).release(release);
      } catch (error) {
        // It has died meanwhile, or runs no actors yet or any more.
        if (isFailure(error, "NOT_HERE") || !wire.hosts().some((host) => host.id === id)) return [];
        wire.log.warn(`Host ${id} did not release`, { error });
        return undefined;
      }
    }),
  );
  const known = answers.filter((answer) => answer !== undefined);
  return known.length < answers.length ? undefined : new Set(known.flat().map(keyOf));
};
