/**
 * One running strategy: hands the market to a pure trader and takes its asks to the portfolio. It saves at candle n
 * and resumes, here or on another node, by fetching n+1 and later; the portfolio tells it what it holds. Proposals
 * leave by an outbox and carry a sequence, so a repeat changes nothing.
 */
import { ref, type Ref } from "../contracts/contract.ts";
import { marketSubject, type MarketBatch } from "../contracts/market.ts";
import { PortfolioContract } from "../contracts/portfolio.ts";
import { StrategyContract, type Standing, type StopMode } from "../contracts/strategy.ts";
import type { Candle, Timeframe } from "../domain/market/candle.ts";
import type { ClosedCandle } from "../domain/market/candle-series.ts";
import { venueOf, type Instrument } from "../domain/market/instrument.ts";
import { hearTicks } from "../domain/portfolio/hear-ticks.ts";
import { endOf, isLate, MarketWindow } from "../domain/portfolio/market-window.ts";
import { proposalsOf } from "../domain/portfolio/proposal.ts";
import { Looks } from "../domain/risk/looks.ts";
import { TraderDesk } from "../domain/strategy/desk.ts";
import type { Trader } from "../domain/strategy/strategy.ts";
import type { AccountId, Timestamp } from "../domain/values/values.ts";
import { defineActor, type Actor } from "../mixins/actor.ts";
import { MarketInbox } from "../mixins/market-inbox.ts";
import type { Wire } from "../mixins/wire.ts";
import { proposalLine } from "./strategy/proposals.ts";
import { remembered } from "./strategy/remembered.ts";
import { aimFlat, cancelAsked, holds } from "./strategy/flatten.ts";
import { figures, inspection } from "./strategy/inspection.ts";
import { afresh, missedNews } from "./strategy/missed-news.ts";
import { predicted } from "./strategy/predicted.ts";
import { traderFailed } from "./strategy/trader-failed.ts";
import type { StrategyPorts, StrategySettings } from "./strategy/settings.ts";
import { saver } from "./strategy/saving.ts";
import { standingWatch, type StandingWatch } from "./strategy/standing-watch.ts";
import { fillHoles, instrumentsOf, warmUp } from "./strategy/warm-up.ts";

export const strategyActor = (settings: StrategySettings, ports: StrategyPorts): Actor => {
  const { id, instruments, strategy, params } = settings;
  const accounts = [...settings.accounts.values()];
  const accountOf = (i: number): AccountId => settings.accounts.get(venueOf(instruments[i]!)) ?? accounts[0]!;
  const { road, activity, marketNow, clock } = ports;
  const needs = strategy.needs(params);
  const desk = new TraderDesk(instruments.length);
  const saving = saver(settings, ports.journal, activity);
  const counts = { candles: 0, proposals: 0, lastCandleAt: 0 };
  let market: readonly Instrument[] = [];
  let trader: Trader;
  let window: MarketWindow;
  let portfolio: Ref<typeof PortfolioContract>;
  let wire: Wire;
  let proposals: ReturnType<typeof proposalLine>;
  let standing: Standing;
  let watch: StandingWatch | undefined;
  let [running, flattening] = [true, false]; // Flattening: stopped, and what it holds is to be sold.
  let saved = false; // In this life: a crash must not take what it was when it first asked for something.
  let wakeAt = Infinity;
  const looks = new Looks(settings.lookEveryMs);
  let ends: readonly (() => void)[] = [];

  /** Sends what the trader has asked for since the last time. */
  const propose = (): void => {
    const asks = desk.take();
    const look = looks.due(desk.now);
    if (asks.length === 0 && !look) return;
    for (const ask of asks) if (ask.type === "wake") wakeAt = Math.min(wakeAt, ask.at);
    const from = { strategy: id, at: desk.now, instruments, marks: () => window.marks(), look };
    for (const proposal of proposalsOf(asks, { ...from, accounts, accountOf }, counts.proposals)) {
      counts.proposals = proposal.sequence;
      proposals.post(proposal);
    }
  };

  const save = (): Promise<void> => {
    saved = true;
    return saving.save(
      {
        ...{ saved: trader.save(), seen: [...window.seen], running, flattening },
        proposals: counts.proposals,
        wakeAt: Number.isFinite(wakeAt) ? wakeAt : null,
      },
      counts.candles,
    );
  };

  const handOver = (i: number, timeframe: Timeframe, candle: Candle, late: boolean): void => {
    desk.now = endOf(timeframe, candle);
    desk.mute = late || !running;
    mark();
    counts.candles += 1;
    counts.lastCandleAt = candle.openAt;
    trader.onCandle(candle, i, timeframe, desk);
  };

  const mark = (): void => window.mark(standing);
  const hear = (i: number, batch: MarketBatch): Promise<void> | undefined => {
    // It waited for a start that failed.
    if ((window as MarketWindow | undefined) === undefined) return undefined;
    const { candles: told, at: now } = batch;
    const wanted =
      told.length === 0 ? told : told.filter(({ timeframe }) => needs.timeframes.includes(timeframe));
    const before = wanted.length === 0 ? wanted : window.behindHoles(i, wanted);
    if (before.length > 0)
      return fillHoles(wire, { i, instrument: instruments[i]!, window, before, now }, handOver).then((open) =>
        take(i, batch, open.size === 0 ? wanted : wanted.filter(({ timeframe }) => !open.has(timeframe))),
      );
    take(i, batch, wanted);
    return undefined;
  };

  const take = (i: number, batch: MarketBatch, candles: readonly ClosedCandle[]): void => {
    desk.now = batch.at;
    desk.mute = !running;
    hearTicks(i, batch, window, { trader, needs, desk, mark });
    // From its first candle on, a crash finds where to go on.
    let worthSaving = false;
    for (const { timeframe, candle } of candles) {
      const first = window.seenOf(i, timeframe) === undefined;
      if (!window.fresh(i, timeframe, candle)) continue;
      handOver(i, timeframe, candle, isLate(timeframe, candle, batch.at));
      worthSaving ||= first || counts.candles % 100 === 0;
      watch?.look(() => standing);
    }
    if (flattening && candles.length > 0 && holds(desk, instruments.length)) wishFlat();
    if (batch.at >= wakeAt) {
      const at = wakeAt as Timestamp;
      wakeAt = Infinity;
      desk.now = batch.at;
      desk.mute = !running;
      trader.onTimer?.(at, desk);
    }
    propose();
    if (worthSaving || (!saved && counts.proposals > 0)) void save();
  };

  const stand = (told: Standing): void => {
    standing = told;
    desk.open = told.orders;
    desk.mute = !running;
    mark();
  };

  const goOn = (told: Standing): void => {
    stand(told);
    wire.log.info(`strategy.${id} has missed news of its orders`, { version: told.version });
    counts.proposals = Math.max(counts.proposals, told.sequence);
    trader = afresh(settings, market, trader);
    wishFlat();
  };

  const cancelAll = (): Promise<void> =>
    cancelAsked(portfolio, proposals, { strategy: id, sequence: counts.proposals, at: marketNow() });

  const stopTrading = async (orders: StopMode): Promise<undefined> => {
    [running, flattening] = [false, orders === "flatten"];
    await save();
    if (orders !== "keep") await cancelAll();
    wishFlat();
    return save().then(() => undefined);
  };

  const wishFlat = (): void => {
    if (flattening) aimFlat(desk, instruments.length, marketNow());
    propose();
  };

  return defineActor(StrategyContract, id, {
    handlers: {
      updated: (told) => {
        if (told.version <= standing.version) return undefined;
        const missed = missedNews(desk.open, told, counts.proposals);
        (missed ? goOn : stand)(told);
        // What throws is set aside at once: the figures are taken, and a second time it would be ignored.
        try {
          for (const update of told.updates) trader.onOrder?.(update, desk);
        } catch (error) {
          traderFailed(wire, id, told, error);
        }
        wishFlat();
        return undefined;
      },
      predict: ({ predictions }) => predicted({ trader, market, now: marketNow(), save }, predictions),
      stop: ({ orders }) => stopTrading(orders),
      start: () => (([running, flattening] = [true, false]), save().then(() => undefined)),
      inspect: () => inspection(settings, { running, ...counts }, desk, trader),
      figures: () => figures(desk, trader, marketNow()),
    },

    async start({ wire: bus, mailbox }) {
      wire = bus;
      portfolio = ref(wire, PortfolioContract, settings.portfolio);
      proposals = proposalLine(settings, wire, ports);
      ends = instruments.map((instrument, i) => {
        const inbox = new MarketInbox<MarketBatch>({ mailbox, handle: (batch) => hear(i, batch) });
        return road.subscribe(marketSubject(instrument), (batch) => inbox.take(batch as MarketBatch));
      });
      market = await instrumentsOf(wire, instruments);
      const capital = { asset: market[0]!.quote, amount: settings.capital };
      for (const account of accounts)
        await portfolio.allot({ strategy: id, account, ...capital, at: marketNow() });
      const ask = (): Promise<Standing> =>
        portfolio.standing({ strategy: id, account: accounts[0]!, instruments });
      standing = await ask();
      watch = standingWatch(clock, mailbox, ask, goOn);
      [desk.open, counts.proposals] = [standing.orders, standing.sequence];
      const before = await saving.load(wire.log);
      const { memory, ...made } = remembered(settings, market, before, wire.log);
      trader = made.trader;
      [running, flattening] = [before?.running ?? !saving.damaged(), before?.flattening ?? false];
      wakeAt = memory?.wakeAt ?? Infinity;
      window = new MarketWindow(instruments, desk, memory?.seen);
      // It had acted on later candles than it remembers: nothing is asked for twice.
      const acted = memory !== undefined && standing.sequence > memory.proposals;
      await warmUp(
        wire,
        { instruments, needs, window, resumed: memory !== undefined, now: marketNow() },
        (i, timeframe, candle, late) => {
          handOver(i, timeframe, candle, late || acted);
          if (memory === undefined) counts.candles = 0;
        },
      );
      if (flattening) await cancelAll();
      wishFlat();
    },

    async stop() {
      for (const end of ends) end();
      watch?.stop();
      // A start that failed has nothing to save yet.
      if ((window as MarketWindow | undefined) !== undefined) await save();
      await proposals.stop();
    },
  });
};
