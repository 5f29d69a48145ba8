/** What a process opens to the outside: the gateway (roles `all` and `gateway`) and the metrics endpoints (every process). */
import type { ServiceBroker } from "moleculer";
import type { Engine } from "./engine.ts";
import { startGateway, type Gateway } from "./gateway.ts";
import { startMetrics, type Metrics, type MetricsPlan } from "./metrics.ts";
import type { Settings } from "./settings.ts";

export interface Doors {
  readonly gateway: Gateway | undefined;
  readonly metrics: Metrics | undefined;
  /** The actors run: everything answers from now on. */
  use(engine: Engine): void;
  stop(): Promise<void>;
}

/** Once the broker has started and before anything slow: the gateway answers from here on. Throws `Invalid`. */
export const openDoors = async (
  broker: ServiceBroker,
  settings: Settings,
  { dataDir, plan }: { readonly dataDir: string; readonly plan: MetricsPlan | undefined },
): Promise<Doors> => {
  const opened: { metrics?: Metrics } = {};
  const wanted = settings.roles.some((role) => role === "all" || role === "gateway");
  const gateway = wanted
    ? await startGateway(broker, settings, { dataDir, metrics: () => ({ ...opened.metrics?.urls }) })
    : undefined;
  if (plan !== undefined) opened.metrics = await startMetrics(broker, plan);
  const { metrics } = opened;
  return {
    gateway,
    metrics,
    use(engine) {
      metrics?.use(engine, gateway);
      gateway?.use(engine);
    },
    async stop() {
      await gateway?.stop();
      await metrics?.stop();
    },
  };
};
