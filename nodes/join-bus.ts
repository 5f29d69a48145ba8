/**
 * The bus is joined. Moleculer tries NATS every 5 s for ever, which suits containers that start in any order, but says so to
 * its log alone: whoever watches is told, and may give up.
 */
import type { ServiceBroker } from "moleculer";
import { withoutPassword } from "../adapters/nats/addresses.ts";
import { NatsAway } from "../adapters/nats/connect.ts";
import { insides } from "../mixins/moleculer-insides.ts";

export interface Joining {
  /** Resolves when somebody wants the process to end. */
  readonly stopping: Promise<unknown>;
  /** Told after 3 s and then every 10 s, a line for people. */
  readonly onWait: (line: string) => void;
}

const FIRST_MS = 3_000;
const EVERY_MS = 10_000;

/** Rejects with `NatsAway` when `stopping` comes first. Without `url` the broker has no bus, and starts at once. */
export const joinBus = async (
  broker: ServiceBroker,
  url: string | undefined,
  { stopping, onWait }: Joining = { stopping: new Promise(() => undefined), onWait: () => undefined },
): Promise<void> => {
  if (url === undefined) return broker.start();
  const began = performance.now();
  const seconds = (): number => Math.round((performance.now() - began) / 1_000);
  const at = `NATS at ${withoutPassword(url)}`;
  const wait = (): void =>
    onWait(`${at} has not let us in for ${seconds()} s: trying on (the log tells why it did not)`);
  let timer = setTimeout(() => {
    wait();
    timer = setInterval(wait, EVERY_MS);
  }, FIRST_MS);
  const givenUp = new Promise<never>((_, reject) => {
    const away = (): void =>
      reject(new NatsAway(`${at} did not let us in within ${seconds()} s: nothing was started`));
    void stopping.then(away);
  });
  givenUp.catch(() => undefined);
  try {
    await Promise.race([broker.start(), givenUp]);
  } catch (error) {
    await broker.stop();
    // Else its next attempt would bring another.
    const { transit } = insides(broker);
    if (transit) transit.disconnecting = true;
    throw error;
  } finally {
    clearTimeout(timer);
  }
};
