/**
 * The rest of one process of the engine, behind its open doors: stores, venues and actors. Stores and sandboxes open side
 * by side, since each waits for a thread or a server of its own.
 */
import { hostActor } from "../actors/host.actor.ts";
import { systemClock as clock } from "../adapters/clock/clock.ts";
import { journaledDeadLetters } from "../adapters/dead-letters/journaled.ts";
import { rawSubject } from "../contracts/market.ts";
import { shipped } from "../domain/portfolio/portfolio.ts";
import type { InstrumentId } from "../domain/values/values.ts";
import { placement } from "../mixins/placement.ts";
import { planOf } from "./desired.ts";
import type { Base, Engine } from "./engine.ts";
import { kinds } from "./kinds.ts";
import { driveLockStep, type LockStep } from "./lock-step.ts";
import { MarketTime } from "./market-time.ts";
import type { EnginePorts } from "./ports.ts";
import { openCache, openJournal, openLeases, openLimits, openTicks } from "./stores.ts";
import { strategyFinder } from "./strategy-files.ts";
import { RECEIVE_WINDOW_MS, Venues } from "./venues.ts";

/**
 * How long after the end of its owner's lease an actor stays free. A portfolio's journal refuses its former owner; a venue
 * refuses a request that is older than the receive window (nodes/venues.ts), judged by its own clock.
 */
const spareMs = { risk: 0, portfolio: 0, execution: RECEIVE_WINDOW_MS + 500 };

/** What it has opened is in `base.undo`, even when it rejects. */
export const assemble = async (base: Base): Promise<Omit<Engine, "gateway" | "metrics" | "stop">> => {
  const { settings, options, dataDir, lockStep, chance, activity, broker, wire, road, undo } = base;
  const clustered = settings.nats !== undefined;
  const cache = await openCache(settings, clock);
  undo.push(() => cache.close());
  const marketTime = new MarketTime(
    clock,
    Object.values(settings.venues).some((venue) => venue.sandbox !== undefined),
  );
  const { environment, tell = (problem: string) => wire.log.warn(problem) } = options;
  const marketNow = marketTime.now;
  const { portfolio = shipped } = options;
  const limits = await openLimits(settings, broker, { clock, tell });
  undo.push(() => limits.close());
  const venues = new Venues(settings, { clock, chance, cache, limits, marketNow, environment, tell });
  undo.push(() => venues.stop());
  const [journal, ticks] = await allOpen([
    openJournal(settings, dataDir, broker).then((opened) => closing(undo, opened)),
    openTicks(settings, dataDir).then((opened) => closing(undo, opened)),
    venues.startSandboxes(broker, clustered),
  ]);

  const deadLetters = journaledDeadLetters({
    ...{ journal, clock, marketNow, host: wire.hostId },
    onTrouble: (error) => wire.log.error("Dead letters wait for the journal", { error }),
  });
  undo.push(() => deadLetters.close());
  wire.deadLetters = deadLetters;

  const ports: EnginePorts = {
    ...{ clock, chance, activity, road, journal, ticks, lockStep, marketNow, version: portfolio },
    onMarketTime: marketTime.told,
    // The first comes after sockets were read, but some before this moment; the second after all were read once more.
    afterReading: (run) => void setImmediate(() => setImmediate(run)),
    openMarket: (venue) => venues.openMarket(venue),
    openAccount: (account, filtersRefused, tenure) => venues.openAccount(account, filtersRefused, tenure),
    replay: (venue) => venues.replay(venue),
    simulated: (venue) => venues.simulated(venue),
  };
  const { instruments, wanted, make } = await planOf(
    settings,
    ports,
    strategyFinder(settings.strategiesDir),
    tell,
  );
  if (clustered) undo.push(marketTime.follow(road, instruments));
  const leases = await openLeases(settings, broker, clock);
  if (leases !== undefined) undo.push(() => leases.close());
  const host = hostActor({
    ...{ wire, clock, locate: placement(), kinds, desired: wanted, make },
    fence: leases === undefined ? undefined : { leases, spareMs },
    onBusUp: (told) => broker.localBus.on("$bus.up", told),
  });
  undo.push(() => host.leave());
  await host.start();
  const trainer = settings.roles.includes("trainer")
    ? await import("./trainer.ts").then(({ startTrainer }) =>
        startTrainer(settings, wire.hostId, (line) => wire.log.info(line)),
      )
    : undefined;
  undo.push(() => trainer?.close());
  const run = (): Promise<LockStep | undefined> => replay(base, { venues, marketTime, instruments });
  return {
    ...{ settings, broker, wire, road, host, leases, journal, deadLetters, ticks, cache, limits },
    ...{ venues, trainer, instruments, dataDir },
    marketNow,
    portfolio,
    run,
  };
};

const closing = <T extends { close(): unknown }>(undo: (() => unknown)[], opened: T): T => {
  undo.push(() => opened.close());
  return opened;
};

/** Rejects with the first failure, but not before all of them have come to an end. */
const allOpen = async <T extends readonly Promise<unknown>[]>(opening: readonly [...T]) => {
  await Promise.allSettled(opening);
  return Promise.all(opening);
};

interface Replayed {
  readonly venues: Venues;
  readonly marketTime: MarketTime;
  readonly instruments: readonly InstrumentId[];
}

/** At full speed, step by step; undefined where no venue wants it. */
const replay = async (
  { settings, activity, road, undo }: Base,
  { venues, marketTime, instruments }: Replayed,
): Promise<LockStep | undefined> => {
  const [venue] = Object.keys(settings.venues).filter((id) => venues.lockStep(id));
  if (venue === undefined) return undefined;
  await activity.idle();
  activity.lockStep = true;
  const driven = await driveLockStep(
    `${venues.sandboxes.get(venue)!.url.replace("http", "ws")}/admin/lockstep`,
    {
      activity,
      tradesReceived: () => venues.markets.get(venue)?.received().trades ?? {},
      userReceived: () => [...venues.accounts.values()].reduce((sum, account) => sum + account.received(), 0),
      tellTime: (at) => {
        marketTime.told(at);
        for (const instrument of instruments) road.publish(rawSubject(instrument), { trades: [], at });
      },
    },
  );
  undo.push(() => driven.close());
  return driven;
};
