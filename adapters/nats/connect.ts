/** A connection of its own that waits outages out, for work that can wait. */
import { connect, type NatsConnection } from "nats";
import { natsAddresses, withoutPassword } from "./addresses.ts";

const CONNECT_MS = 5_000;
const RECONNECT_MS = 500;

/** NATS is not there now. The message tells the address without its password. */
export class NatsAway extends Error {
  override readonly name = "NatsAway";
}

/** `field`: of the address, for `Invalid`. `name`: by which the server lists the connection. Throws `NatsAway` when nobody answers at first. */
export const connectPatiently = async (url: string, field: string, name: string): Promise<NatsConnection> => {
  const addresses = natsAddresses(url, field);
  try {
    return await connect({
      ...addresses,
      name,
      timeout: CONNECT_MS,
      reconnectTimeWait: RECONNECT_MS,
      maxReconnectAttempts: -1,
    });
  } catch (error) {
    throw new NatsAway(
      `${field}: NATS at ${withoutPassword(url)} cannot be reached: ${(error as Error).message}`,
      { cause: error },
    );
  }
};
