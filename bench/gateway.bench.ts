/**
 * P17: authenticated reads through our gateway (limits, token, scope, counted) against a bare moleculer-web that answers
 * the same bytes to anybody. Both on brokers of this process, metrics on for ours, as it ships; the load comes from another.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { ServiceBroker, type Service } from "moleculer";
import ApiGateway from "moleculer-web";
import { bus } from "../moleculer.config.ts";
import { startGateway } from "../nodes/gateway.ts";
import { openTokens } from "../nodes/gateway/tokens.ts";
import { parseSettings } from "../nodes/settings.ts";
import { version } from "../nodes/package.ts";
import { inTurn, median, type Figure } from "./figure.ts";
import type { Answered, Wanted } from "./gateway-load.ts";

const ROUND_SECONDS = 1;

const startBare = async (): Promise<{ broker: ServiceBroker; url: string }> => {
  const broker = new ServiceBroker({ nodeID: "bare", logger: false });
  broker.createService({ name: "version", actions: { get: () => ({ version }) } });
  const service = broker.createService({
    name: "api",
    mixins: [ApiGateway],
    settings: {
      port: 0,
      ip: "127.0.0.1",
      logRequest: null,
      logResponse: null,
      routes: [{ path: "/api/v1", aliases: { "GET /version": "version.get" } }],
    },
  } as never) as Service & { readonly server: Server };
  await broker.start();
  return {
    broker,
    url: `http://127.0.0.1:${(service.server.address() as AddressInfo).port}/api/v1/version`,
  };
};

export const figure: Figure = {
  name: "P17 gateway",
  async run() {
    const dataDir = mkdtempSync(join(tmpdir(), "shoal-bench-"));
    const settings = parseSettings({
      ...{ venues: {}, accounts: {}, portfolios: {} },
      gateway: { requestsPerMinute: 100_000_000 },
    });
    const broker = new ServiceBroker(bus({ hostId: "bench", roles: [], metrics: { enabled: true } }));
    await broker.start();
    const tokens = openTokens(dataDir);
    const gateway = await startGateway(broker, settings, { dataDir, tokens });
    const bare = await startBare();
    const load = fork(join(import.meta.dirname, "gateway-load.ts"));
    /** Requests a second, and the server's CPU for each. */
    const measured =
      (url: string, headers: Wanted["headers"], cpuUs: number[]) => async (): Promise<number> => {
        const before = process.cpuUsage();
        load.send({ url, headers, seconds: ROUND_SECONDS } satisfies Wanted);
        const [{ seconds, ok, failed }] = (await once(load, "message")) as [Answered];
        const { user, system } = process.cpuUsage(before);
        if (failed > 0) throw new Error(`${url}: ${failed} requests failed`);
        cpuUs.push((user + system) / ok);
        return ok / seconds;
      };
    const [ourCpu, bareCpu]: [number[], number[]] = [[], []];
    const authorization = `Bearer ${tokens[0]!.token}`;
    const rates = await inTurn(
      measured(`${gateway.url}/api/v1/version`, { authorization }, ourCpu),
      measured(bare.url, {}, bareCpu),
    );
    load.disconnect();
    await gateway.stop();
    await Promise.all([broker.stop(), bare.broker.stop()]);
    rmSync(dataDir, { recursive: true, force: true });
    const cpuRatio = median(ourCpu.slice(1).map((us, i) => bareCpu[i + 1]! / us));
    const loaded = loadavg()[0]! > availableParallelism();
    return [
      {
        figure: "P17",
        what: "authenticated reads through the gateway",
        ...rates,
        unit: "requests/s",
        referenceName: "bare moleculer-web",
        target: "ratio at least 0.8",
        met: (loaded ? cpuRatio : rates.ratio) >= 0.8,
        note: `CPU ${median(ourCpu).toFixed(0)} us a request, bare ${median(bareCpu).toFixed(0)}, ratio ${cpuRatio.toFixed(2)}${loaded ? " (judged by it: the machine is loaded)" : ""}`,
      },
    ];
  },
};
