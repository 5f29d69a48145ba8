/**
 * Moleculer does not notice a NATS outage: calls run into their time-out, events vanish, and a service created
 * meanwhile stays invisible. This fails remote calls at once while the connection is down (nothing was sent, so
 * even a command may be repeated) and announces the node anew after the reconnect.
 */
import { Errors, type Middleware, type ServiceBroker } from "moleculer";
import { insides } from "./moleculer-insides.ts";

/** Its types ask for an argument that it ignores. */
const Disconnected = Errors.BrokerDisconnectedError as unknown as new () => Error;

type Handler = (context: unknown) => Promise<unknown>;

export const natsAware = (): Middleware => {
  let up = true as boolean;

  const watch = async (broker: ServiceBroker): Promise<void> => {
    const client = insides(broker).transit?.tx.client;
    if (client === undefined || client === null) return;
    up = true;
    for await (const status of client.status()) {
      const before: boolean = up;
      const type: string = status.type;
      if (type === "disconnect") up = false;
      if (type === "reconnect") up = true;
      if (before === up) continue;
      broker.logger[up ? "info" : "warn"](up ? "NATS is back" : "NATS is gone");
      void broker.broadcastLocal(up ? "$bus.up" : "$bus.down", {});
      if (!up) continue;
      await insides(broker).registry.discoverer.sendLocalNodeInfo();
      await insides(broker).registry.discoverer.discoverAllNodes();
    }
  };

  return {
    name: "NatsAware",
    created(broker: ServiceBroker) {
      broker.localBus.on("$transporter.connected", () => {
        watch(broker).catch((error: unknown) =>
          broker.logger.error("NATS could not be watched", error as Error),
        );
      });
    },
    /** Moleculer would announce a new node only after a second. */
    started: (broker: ServiceBroker) => insides(broker).registry.discoverer.sendLocalNodeInfo(),
    remoteAction: (next: Handler): Handler => {
      return (context) => (up ? next(context) : Promise.reject(new Disconnected()));
    },
  } as unknown as Middleware;
};
