/**
 * A backtest over recorded prints: the portfolio's decider, the strategies' own turns and the venue of the sandbox, put
 * together without bus, journal or clock. It takes up commands in the batches in which the actors take them in lock-step
 * (docs/decisions/0008): proposals of a moment together, one order on its way at a time, the venue's news behind. So its
 * turns are those of the journal that the same prints leave behind (docs/parity.md).
 */
import {
  effectOf,
  updatesFor,
  deskFigures,
  type DeskFigures,
  type Effect,
} from "../../domain/portfolio/news.ts";
import type { PortfolioCommand } from "../../domain/portfolio/commands.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import { portfolioDecider } from "../../domain/portfolio/portfolio.ts";
import type { PortfolioState } from "../../domain/portfolio/state.ts";
import type { OrderUpdate } from "../../domain/strategy/strategy.ts";
import { reachesOf } from "../../domain/portfolio/seen-prices.ts";
import { lookEveryMs } from "../../domain/risk/plan.ts";
import { takeTurn, type Decided } from "../../domain/values/turn.ts";
import type { Side, StrategyId, Timestamp } from "../../domain/values/values.ts";
import { createVenue } from "../venue/engine.ts";
import type { SimulatedVenue } from "../venue/venue.ts";
import { AccountDesk } from "./account-desk.ts";
import { InstrumentMarket } from "./instrument-market.ts";
import type { Waiting } from "./line.ts";
import { openingTurns } from "./opening.ts";
import { RunningStrategy } from "./running-strategy.ts";
import {
  instrumentOf,
  type TickResult,
  type TickSettings,
  type TickSource,
  type TickStage,
} from "./settings.ts";

/** Until the source ends. Throws `Invalid` for an instrument that the source has not, and what a strategy throws. */
export const tickBacktest = (settings: TickSettings): TickResult => new TickBacktest(settings).run();

const REACH_MIN = 8;
const REACH_MAX = 1_024;

class TickBacktest implements TickStage {
  readonly venue: SimulatedVenue;
  private readonly source: TickSource;
  private readonly decider: ReturnType<typeof portfolioDecider>;
  private readonly state: PortfolioState;
  private readonly desk: AccountDesk;
  private readonly markets: readonly InstrumentMarket[];
  private readonly bySymbol: ReadonlyMap<string, InstrumentMarket>;
  private readonly strategies: readonly RunningStrategy[];
  private readonly settings: TickSettings;
  private readonly mailbox = (waiting: Waiting): void => void this.waiting.push(waiting);
  private readonly turns: Decided<PortfolioCommand, PortfolioEvent>[] = [];
  private readonly effects: Effect[] = [];
  private waiting: Waiting[] = [];
  private heard: {
    readonly strategy: RunningStrategy;
    readonly standing: DeskFigures;
    readonly updates: readonly OrderUpdate[];
  }[] = [];
  private sequence = 0;
  private now = 0;
  /** How many prints ahead are looked at. */
  private reach = REACH_MIN;
  /** Whose print was the last. */
  private printing = "";
  private printed: InstrumentMarket | undefined = undefined;

  constructor(settings: TickSettings) {
    const { source, account, balances, portfolio, recorded } = settings;
    const lookMs = portfolio.risk && lookEveryMs(portfolio.risk);
    this.settings = settings;
    this.source = source;
    this.venue = createVenue({ quietTape: true });
    for (const listing of source.listings) this.venue.list(listing);
    for (const [asset, amount] of Object.entries(balances)) this.venue.deposit(account, asset, amount, 0);
    this.venue.drain();
    this.decider = portfolioDecider(portfolio);
    this.state = this.decider.initial();
    const wanted = new Set(settings.strategies.flatMap(({ instruments }) => instruments));
    const frames = new Set([...(settings.timeframes ?? []), ...(recorded === undefined ? [] : [recorded])]);
    for (const one of settings.strategies)
      for (const frame of one.strategy.needs(one.params).timeframes) frames.add(frame);
    this.markets = source.listings
      .map((listing) => ({ listing, instrument: instrumentOf(settings.venue, listing) }))
      .filter(({ instrument }) => wanted.has(instrument.id))
      .map(
        ({ listing, instrument }) =>
          new InstrumentMarket(listing, instrument, frames, this.mailbox, recorded),
      );
    this.bySymbol = new Map(this.markets.map((market) => [market.listing.symbol, market]));
    this.desk = new AccountDesk(this.venue, account, this.bySymbol, this.mailbox);
    const listed = this.markets.map(({ instrument }) => instrument);
    this.strategies = settings.strategies.map(
      (one) => new RunningStrategy(one, account, listed, this.mailbox, lookMs),
    );
    for (const market of this.markets)
      for (const strategy of this.strategies) {
        const i = strategy.instruments.indexOf(market.instrument.id);
        if (i >= 0) market.listen(strategy, i);
      }
  }

  run(): TickResult {
    this.begin();
    const { markets, source } = this;
    for (let at = source.nextAt(); at !== undefined; at = source.nextAt()) {
      if (this.pass()) continue;
      if (at > this.now) this.now = at;
      source.apply(this);
      this.finishMoment();
    }
    const trades = markets.reduce((sum, market) => sum + market.trades, 0);
    const candles = markets.reduce((sum, market) => sum + market.candles, 0);
    const { turns, state, venue } = this;
    const recorded = new Map(markets.map(({ instrument, recorded: table }) => [instrument.id, table]));
    return { turns, state, venue, recorded, endedAt: this.now, trades, candles };
  }

  print(symbol: string, tradeId: number, ticks: number, lots: number, takerSide: Side, at: number): void {
    this.venue.print(symbol, tradeId, ticks, lots, takerSide, at);
    if (symbol !== this.printing) {
      this.printing = symbol;
      this.printed = this.bySymbol.get(symbol);
    }
    this.printed?.print(tradeId, ticks, lots, takerSide, at);
    const events = this.venue.drain();
    if (events.length > 0) this.desk.hear(events);
  }

  private finishMoment(): void {
    const { markets } = this;
    for (let k = 0; k < markets.length; k += 1) markets[k]!.tell();
    for (let k = 0; k < markets.length; k += 1) markets[k]!.tellTime(this.now as Timestamp);
    this.settle();
    while (this.desk.release()) this.settle();
  }

  /**
   * Prints ahead that meet no order, close no candle and wake nobody need no moments of their own. False when the next is none of them.
   * Where nobody hears them singly a row may end in the middle of a moment: that changes nothing for who hears the rest.
   */
  private pass(): boolean {
    const { source, markets } = this;
    const ahead = source.ahead?.();
    const market = ahead && this.bySymbol.get(ahead.symbol);
    if (market === undefined) return false;
    const { symbol, columns, from, before } = ahead!;
    let until = before;
    for (let k = 0; k < markets.length; k += 1)
      if (markets[k] !== market) until = Math.min(until, markets[k]!.closesAt);
    const calm = market.passUntil(columns, from, Math.min(ahead!.to, from + this.reach), until);
    let end = this.venue.quietUntil(symbol, columns, from, calm);
    // Looking far ahead in vain costs more than looking twice.
    this.reach = end < calm ? REACH_MIN : Math.min(2 * this.reach, REACH_MAX);
    if (market.tradesHeard && end < ahead!.to)
      while (end > from && columns.at[end - 1] === columns.at[end]) end -= 1;
    if (end === from) return false;
    if (market.tradesHeard) end = market.tellEach(columns, from, end);
    else market.pass(columns, from, end);
    this.venue.printQuietly(symbol, columns, from, end);
    source.taken?.(end);
    this.now = columns.at[end - 1]!;
    this.finishMoment();
    return true;
  }

  private begin(): void {
    const listed = this.markets.map(({ instrument }) => instrument);
    for (const commands of openingTurns(this.settings, listed)) this.turn(commands);
    for (const one of this.strategies) one.stands(this.standingOf(one));
  }

  /** Everything that can happen now happens; only then the portfolio takes its turn, and so on until nothing is left. */
  private settle(): void {
    for (let k = 0; k < this.strategies.length; k += 1) this.strategies[k]!.catchUp();
    for (;;) {
      this.carryOut();
      if (this.waiting.length === 0) return;
      const taken = this.waiting;
      this.waiting = [];
      this.turn(taken.map(({ command }) => command));
      this.lookForPrices();
      // Told at once; senders hear a little later that they may go on.
      this.tellStrategies();
      for (const { ends } of taken) ends?.next();
    }
  }

  /** What the portfolio waits for from now on. */
  private lookForPrices(): void {
    const reaches = reachesOf(this.state);
    for (const { instrument, reach } of this.markets) reach.set(reaches.get(instrument.id));
  }

  /** One after the other; an order's outcome must be taken up before the next leaves. */
  private carryOut(): void {
    while (this.effects.length > 0) {
      const outcome = this.desk.carryOut(this.effects.shift()!, this.now);
      if (outcome === undefined) continue;
      this.waiting.push({ command: outcome });
      return;
    }
  }

  private turn(commands: readonly PortfolioCommand[]): void {
    const turns = takeTurn(this.decider, this.state, commands, {
      failed: (error) => {
        throw error;
      },
    });
    if (turns.length === 0) return;
    this.sequence += 1;
    const heard = new Map<StrategyId, OrderUpdate[]>();
    for (const turn of turns) {
      this.turns.push(turn);
      for (const event of turn.events) {
        const effect = effectOf(event);
        if (effect !== undefined) this.effects.push(effect);
        this.note(event, heard);
      }
    }
    for (const [id, updates] of heard) {
      const strategy = this.strategies.find((one) => one.id === id);
      if (strategy !== undefined) this.heard.push({ strategy, standing: this.standingOf(strategy), updates });
    }
  }

  private tellStrategies(): void {
    const { heard } = this;
    this.heard = [];
    for (const { strategy, standing, updates } of heard) strategy.updated(standing, updates);
  }

  private note(event: PortfolioEvent, heard: Map<StrategyId, OrderUpdate[]>): void {
    for (const { strategy, instrument, update } of updatesFor(event)) {
      const i = this.strategies.find(({ id }) => id === strategy)?.instruments.indexOf(instrument) ?? -1;
      if (i < 0) continue;
      const updates = heard.get(strategy) ?? [];
      updates.push({ i, ...update });
      heard.set(strategy, updates);
    }
  }

  private standingOf({ id, instruments }: RunningStrategy) {
    return deskFigures(this.state, id, instruments);
  }
}
