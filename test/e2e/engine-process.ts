/**
 * One process of the engine for tests: started with its settings as JSON, told what to do over the process channel,
 * and ended as people end it: by a signal. Answers travel as JSON that keeps exact money.
 */
import { burn, stepWallClock, type Burning } from "../chaos/disturbance.ts";
import { verify } from "../../adapters/journal/verify.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { fromJson, toJson } from "../../domain/values/json.ts";
import { checkCandles } from "../../nodes/candle-check.ts";
import { killSwitch } from "../../nodes/kill-switch.ts";
import { startEngine, type Engine } from "../../nodes/engine.ts";
import { parseSettings } from "../../nodes/settings.ts";
import { lacks } from "../../nodes/lacks.ts";
import { summarise } from "../../nodes/summary.ts";
import type { Mode } from "../../contracts/contract.ts";
import type { InstrumentId, PortfolioId, Timestamp } from "../../domain/values/values.ts";
import type { Timeframe } from "../../domain/market/candle.ts";
import { replay as decideAgain } from "../../mixins/replay.ts";
import { BALANCE_SETTLE_MS } from "../../domain/portfolio/portfolio.ts";
import { parseLimits } from "../../domain/risk/limits.ts";
import { armFuse, type Fuse } from "../chaos/fuse.ts";
import { pump, type Pumping } from "../chaos/pump.ts";
import { scraper, type Scrape } from "../chaos/series.ts";
import { vitals, type Vitals } from "../chaos/vitals.ts";
import { watchClose } from "./close-watch.ts";
import { adjusted, fates, ordersBroken, type AtVenue } from "./order-fates.ts";
import { nextPortfolio } from "./next-version.ts";
import { loadVenue, placeOrders, type Door, type Load } from "./venue-load.ts";

export interface Question {
  readonly n: number;
  readonly what: string;
  readonly input: string;
}

// Whoever started it is gone, however that came: nobody is left to end it.
const orphaned = (): void => process.exit(1);
process.once("disconnect", orphaned);

const settings = parseSettings(JSON.parse(process.argv[2]!));
const engine: Engine = await startEngine(settings, {
  environment: process.env,
  ...(process.env["SHOAL_TEST_NEXT_VERSION"] === undefined ? {} : { portfolio: nextPortfolio }),
  logger: { type: "Console", options: { level: settings.log.level, formatter: "short" } },
});
const closes = watchClose(engine);
const stopped = killSwitch(engine);
let takeVitals: (() => Vitals) | undefined;
let scrape: (() => Promise<Scrape>) | undefined;

interface Asked {
  readonly kind: string;
  readonly id: string;
  readonly message: string;
  readonly input?: unknown;
  readonly mode?: Mode;
}
interface Range {
  readonly instrument: InstrumentId;
  readonly timeframe: Timeframe;
  readonly from: number;
  readonly to: number;
}

const answers: Readonly<Record<string, (input: never) => unknown>> = {
  actors: () =>
    engine.host.actors().map(({ kind, id, failed, restarts }) => ({ kind, id, failed, restarts })),
  hosts: () => engine.wire.hosts(),
  sandboxes: () => [...engine.venues.sandboxes.values()].map(({ url }) => url),
  idle: () => engine.wire.activity.idle(),
  ask: ({ kind, id, message, input, mode }: Asked) =>
    engine.wire.ask(kind, id, message, input, mode ?? "query", 30_000),
  summary: () => summarise(engine),
  lacks: () => lacks(engine),
  verify: (stream: string) => verify(engine.journal, stream),
  decideAgain: (stream: string) => {
    const limits = parseLimits(settings.portfolios["main"]!.limits);
    const rules = { limits, balanceSettleMs: BALANCE_SETTLE_MS };
    return decideAgain(
      engine.journal,
      stream,
      engine.portfolio.decider({ id: "main" as PortfolioId, ...rules }),
    );
  },
  schemas: async (stream: string) => {
    const found: number[] = [];
    for await (const { schema } of engine.journal.read(stream))
      if (found.at(-1) !== schema) found.push(schema);
    return found;
  },
  ordersBroken: async (venue: AtVenue) => ordersBroken(await fates(engine.journal), venue),
  adjusted: () => adjusted(engine.journal),
  killSwitchOn: (reason: string) => stopped.on(reason, "test"),
  killSwitchStatus: () => stopped.status(),
  marketNow: () => engine.marketNow(),
  candles: async ({ instrument, timeframe, from, to }: Range) => {
    await engine.ticks.flush();
    return engine.ticks.candles(instrument, timeframe, from as Timestamp, to as Timestamp);
  },
  begin: async () => {
    await engine.run();
  },
  replay: async () => {
    const driven = (await engine.run())!;
    await driven.ended;
    engine.wire.activity.lockStep = false;
    return driven.slices;
  },
  checkCandles: ({ path, from, to }: { path: string; from?: number; to?: number }) =>
    checkCandles(engine, "sandbox", path, { from, to, symbols: undefined }),
  publishRaw: ({ instrument, batch }: { instrument: string; batch: never }) =>
    engine.road.publish(`raw.${instrument}`, batch),
  closes: () => closes.all(),
  ordersApproved: () => closes.approved(),
  armFuse: (fuse: Fuse) => armFuse(engine, fuse),
  pump: (pumping: Pumping) => {
    takeVitals = vitals(engine, pumping.instruments);
    pump(engine, pumping);
  },
  vitals: () => takeVitals?.(),
  leaseCounts: () => ({ ...engine.leases?.counts }),
  stepWallClock: (ms: number) => stepWallClock(ms),
  burn: (burning: Burning) => burn(burning),
  series: () => (scrape ??= scraper(engine))(),
  place: ({ ids, ...door }: Door & { readonly ids: readonly string[] }) => placeOrders(engine, door, ids),
  load: (load: Load) => loadVenue(engine, load),
  limits: () => engine.limits.stats(),
};

process.on("message", (question: Question) => {
  const { n, what, input } = question;
  void (async () => {
    try {
      const answer = await answers[what]!((input === "" ? undefined : fromJson(input)) as never);
      process.send!({ n, answer: answer === undefined ? "" : toJson(answer) });
    } catch (error) {
      const { message, code, type, field } = error as Invalid & { code?: number; type?: string };
      process.send!({ n, error: toJson({ message, code, type, field }) });
    }
  })();
});
process.once("SIGTERM", () => {
  process.off("disconnect", orphaned);
  void engine.stop().then(() => process.disconnect());
});
process.send!({ n: 0, answer: toJson(engine.wire.hostId) });
