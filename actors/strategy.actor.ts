/**
 * One running strategy: hands the market to a pure trader and takes its asks to the portfolio. It saves at candle n
 * and resumes, here or on another node, by fetching n+1 and later; the portfolio tells it what it holds. Proposals
 * leave by an outbox and carry a sequence, so a repeat changes nothing.
 */
import type { Journal } from "../adapters/journal/journal.ts";
import { ref, type Ref } from "../contracts/contract.ts";
import { marketSubject, type MarketBatch } from "../contracts/market.ts";
import { PortfolioContract } from "../contracts/portfolio.ts";
import { StrategyContract, type Standing, type StopMode } from "../contracts/strategy.ts";
import type { Instrument } from "../domain/market/instrument.ts";
import type { Propose } from "../domain/portfolio/commands.ts";
import { TraderDesk } from "../domain/strategy/desk.ts";
import type { Params, Strategy, Trader } from "../domain/strategy/strategy.ts";
import type { AccountId, InstrumentId, Money, StrategyId, Timestamp } from "../domain/values/values.ts";
import { defineActor, type Actor } from "../mixins/actor.ts";
import { Outbox } from "../mixins/outbox.ts";
import type { ActorPorts } from "./ports.ts";
import { proposalOf } from "./strategy/asks.ts";
import { endOf, MarketWindow } from "./strategy/market-window.ts";
import { saver } from "./strategy/saving.ts";
import { instrumentsOf, warmUp } from "./strategy/warm-up.ts";

export interface StrategySettings {
  readonly id: StrategyId;
  readonly portfolio: string;
  readonly account: AccountId;
  readonly instruments: readonly InstrumentId[];
  readonly capital: Money;
  readonly strategy: Strategy;
  readonly params: Params;
}

export interface StrategyPorts extends ActorPorts {
  readonly journal: Journal;
}

type Proposal = Omit<Propose, "type">;

export const strategyActor = (settings: StrategySettings, ports: StrategyPorts): Actor => {
  const { id, account, instruments, strategy, params } = settings;
  const { road, clock, chance, activity, marketNow } = ports;
  const needs = strategy.needs(params);
  const desk = new TraderDesk(instruments.length);
  const saving = saver(settings, ports.journal, activity);
  const counts = { candles: 0, proposals: 0, lastCandleAt: 0 };
  let market: readonly Instrument[] = [];
  let trader: Trader;
  let window: MarketWindow;
  let portfolio: Ref<typeof PortfolioContract>;
  let outbox: Outbox<Proposal>;
  let standing: Standing;
  let running = true;
  let wakeAt = Infinity;
  let ends: readonly (() => void)[] = [];

  /** Sends what the trader has asked for since the last time. */
  const propose = (): void => {
    const asks = desk.take();
    if (asks.length === 0) return;
    for (const ask of asks) if (ask.type === "wake") wakeAt = Math.min(wakeAt, ask.at);
    const proposal = proposalOf(
      asks,
      { strategy: id, account, at: desk.now, instruments, marks: () => window.marks() },
      counts.proposals + 1,
    );
    if (proposal === undefined) return;
    counts.proposals = proposal.sequence;
    outbox.post([proposal]);
  };

  const save = (): Promise<void> =>
    saving.save(
      {
        saved: trader.save(),
        seen: [...window.seen],
        running,
        wakeAt: Number.isFinite(wakeAt) ? wakeAt : null,
      },
      counts.candles,
    );

  const hear = (i: number, batch: MarketBatch): void => {
    desk.now = batch.at;
    desk.mute = !running;
    for (const trade of batch.trades) window.trade(i, trade);
    if (batch.quote !== undefined) window.quote(i, batch.quote);
    if (needs.trades === true && trader.onTrade !== undefined)
      for (const trade of batch.trades) {
        window.mark(standing.cash, standing.positions);
        trader.onTrade(trade, i, desk);
      }
    if (batch.quote !== undefined && needs.quotes === true && trader.onQuote !== undefined) {
      window.mark(standing.cash, standing.positions);
      trader.onQuote(batch.quote, i, desk);
    }
    for (const { timeframe, candle } of batch.candles) {
      if (!needs.timeframes.includes(timeframe) || !window.fresh(i, timeframe, candle)) continue;
      window.mark(standing.cash, standing.positions);
      desk.now = endOf(timeframe, candle);
      counts.candles += 1;
      counts.lastCandleAt = candle.openAt;
      trader.onCandle(candle, i, timeframe, desk);
      if (counts.candles % 100 === 0) void save();
    }
    if (batch.at >= wakeAt) {
      const at = wakeAt as Timestamp;
      wakeAt = Infinity;
      desk.now = batch.at;
      trader.onTimer?.(at, desk);
    }
    propose();
  };

  const stopTrading = async (orders: StopMode): Promise<undefined> => {
    running = false;
    if (orders !== "keep")
      await portfolio.cancelOrders({ strategy: id, by: "strategy stop", at: marketNow() });
    if (orders === "flatten") {
      desk.mute = false;
      desk.now = marketNow();
      for (const i of instruments.keys()) desk.aim(i, 0, "stopped");
      propose();
    }
    await save();
    return undefined;
  };

  return defineActor(StrategyContract, id, {
    handlers: {
      updated: (told) => {
        if (told.version <= standing.version) return undefined;
        standing = told;
        desk.open = told.orders;
        desk.mute = !running;
        window.mark(told.cash, told.positions);
        for (const update of told.updates) trader.onOrder?.(update, desk);
        propose();
        return undefined;
      },
      stop: ({ orders }) => stopTrading(orders),
      start: async () => {
        running = true;
        await save();
        return undefined;
      },
      inspect: () => ({
        strategy: strategy.name,
        instruments,
        params,
        running,
        ...counts,
        equity: desk.equity,
        exposures: [...desk.exposures],
        state: trader.save(),
      }),
    },

    async start({ wire, mailbox }) {
      portfolio = ref(wire, PortfolioContract, settings.portfolio);
      outbox = new Outbox<Proposal>({
        clock,
        chance,
        activity,
        key: () => id,
        send: (proposal) => portfolio.propose(proposal),
        onHopeless: (proposal, error) =>
          wire.log.error(`${id}: a proposal was refused as malformed`, { proposal, error }),
      });
      ends = instruments.map((instrument, i) => {
        const listen = (batch: MarketBatch): void => hear(i, batch);
        return road.subscribe(
          marketSubject(instrument),
          (batch) => void mailbox.post(listen, batch as MarketBatch),
        );
      });
      market = await instrumentsOf(wire, instruments);
      const quote = market[0]!.quote;
      await portfolio.allot({
        strategy: id,
        account,
        asset: quote,
        amount: settings.capital,
        at: marketNow(),
      });
      standing = await portfolio.standing({ strategy: id, account, instruments });
      desk.open = standing.orders;
      counts.proposals = standing.sequence;
      trader = strategy.start(params, market);
      const before = await saving.load();
      if (before !== undefined) trader.load(before.saved);
      running = before?.running ?? true;
      wakeAt = before?.wakeAt ?? Infinity;
      window = new MarketWindow(instruments, desk, before?.seen);
      await warmUp(
        wire,
        { instruments, needs, window, resumed: before !== undefined, now: marketNow() },
        (i, timeframe, candle, late) => {
          desk.now = endOf(timeframe, candle);
          desk.mute = late || !running;
          window.mark(standing.cash, standing.positions);
          counts.candles += before === undefined ? 0 : 1;
          trader.onCandle(candle, i, timeframe, desk);
        },
      );
      propose();
    },

    async stop() {
      for (const end of ends) end();
      await save();
      await outbox.stop();
    },
  });
};
