/** One node of a test cluster: alone in the process, or over a real NATS server. */
import { ServiceBroker } from "moleculer";
import { MarketRoad } from "../../mixins/market-road.ts";
import { MoleculerWire, type WireOptions } from "../../mixins/moleculer-wire.ts";
import { bus, type Bus } from "../../moleculer.config.ts";

export interface Node {
  readonly broker: ServiceBroker;
  readonly wire: MoleculerWire;
  readonly road: MarketRoad;
}

export const startNode = async (
  options: Partial<Bus> & { readonly hostId: string },
  wiring: Partial<WireOptions> = {},
): Promise<Node> => {
  const broker = new ServiceBroker(bus({ roles: ["*"], ...options }));
  const wire = new MoleculerWire(broker, { kinds: ["counter", "ledger"], ...wiring });
  const road = new MarketRoad(broker, wire);
  await broker.start();
  return { broker, wire, road };
};
