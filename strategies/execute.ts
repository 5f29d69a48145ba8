/**
 * Works one total for each of its instruments by an algorithm, from its first candle on, and is done: what a person would otherwise do by
 * hand, in small parts. With `hold` it sells, by the same algorithm, what was bought so long ago. How each total came out stands in its state.
 */
import { Execution } from "../domain/execution/execution.ts";
import { Outcome } from "../domain/execution/shortfall.ts";
import {
  executionGenes,
  type ExecutionTerms,
  heardFor,
  impossibleTerms,
  learnGene,
  warmupFor,
} from "../domain/execution/terms.ts";
import type { Candle, Timeframe } from "../domain/market/candle.ts";
import { timeframes } from "../domain/market/candle.ts";
import { type Instrument, isContract } from "../domain/market/instrument.ts";
import type { Quote, Trade } from "../domain/market/tick.ts";
import { countGene, exposureGene, realGene, timeframeGene } from "../domain/strategy/genes.ts";
import { loadLanes, saveLanes } from "../domain/strategy/saved.ts";
import { Sizes } from "../domain/strategy/sizes.ts";
import type { Desk, OrderUpdate, Saved, Strategy, ToldRow, Trader } from "../domain/strategy/strategy.ts";

type ExecuteParams = ExecutionTerms & {
  readonly side: string;
  readonly quantity: number;
  readonly limit: number;
  readonly hold: number;
  readonly learn: number;
  readonly timeframe: string;
  readonly exposure: number;
};

const MINUTE = 60_000;

class Lane {
  readonly execution: Execution;
  readonly entry = new Outcome();
  readonly exit = new Outcome();
  /** Totals begun: the entry, then the exit. */
  begun = 0;

  constructor(execution: Execution) {
    this.execution = execution;
  }
}

class ExecuteTrader implements Trader {
  private readonly params: ExecuteParams;
  private readonly span: number;
  private readonly market: readonly Instrument[];
  private readonly sizes: readonly Sizes[];
  private readonly lanes: readonly Lane[];

  constructor(params: ExecuteParams, market: readonly Instrument[]) {
    this.params = params;
    this.span = timeframes[params.timeframe as Timeframe];
    this.market = market;
    this.sizes = market.map((instrument) => new Sizes(instrument));
    this.lanes = market.map((instrument, i) => new Lane(new Execution(i, instrument, params)));
  }

  onCandle(candle: Candle, i: number, timeframe: Timeframe, desk: Desk): void {
    if (timeframe !== this.params.timeframe) return;
    const lane = this.lanes[i]!;
    lane.execution.onCandle(candle, this.span, desk);
    this.tell(lane);
    if (desk.mute || lane.execution.active) return;
    if (lane.begun === 0) this.enter(lane, i, candle.close, desk);
    else if (lane.begun === 1 && this.params.hold > 0) this.exit(lane, i, candle.close, desk);
  }

  onTrade(trade: Trade, i: number, desk: Desk): void {
    this.lanes[i]!.execution.onTrade(trade, desk);
    this.tell(this.lanes[i]!);
  }

  onQuote(_quote: Quote, i: number, desk: Desk): void {
    this.lanes[i]!.execution.onQuote(desk);
    this.tell(this.lanes[i]!);
  }

  onOrder(update: OrderUpdate, desk: Desk): void {
    const lane = this.lanes[update.i]!;
    lane.execution.hear(update, desk);
    // A fill may be told after the end.
    this.tell(lane, true);
  }

  onTimer(_at: number, desk: Desk): void {
    for (const lane of this.lanes) {
      lane.execution.onTimer(desk);
      this.tell(lane);
    }
  }

  private enter(lane: Lane, i: number, close: number, desk: Desk): void {
    const { side, quantity, exposure, limit } = this.params;
    const share = (exposure * desk.equity) / this.lanes.length;
    const most = this.sizes[i]!.affordable(share, close);
    const buys = side === "buy";
    lane.begun = 1;
    lane.execution.begin(
      desk,
      {
        side: buys ? "buy" : "sell",
        quantity: quantity > 0 ? Math.min(quantity, most) : most,
        reduceOnly: !buys && !isContract(this.market[i]!.symbol),
        ...(buys && { budget: share }),
        ...(limit > 0 && { limit }),
      },
      close,
    );
    this.tell(lane);
  }

  private exit(lane: Lane, i: number, close: number, desk: Desk): void {
    if (desk.now < lane.execution.parent.endedAt + this.params.hold * MINUTE) return;
    const position = desk.position(i);
    lane.begun = 2;
    lane.execution.begin(
      desk,
      { side: position < 0 ? "buy" : "sell", quantity: Math.abs(position), reduceOnly: true },
      close,
    );
    this.tell(lane);
  }

  /** `late`: of a total that is over, too. */
  private tell(lane: Lane, late = false): void {
    const outcome = lane.begun === 2 ? lane.exit : lane.entry;
    const over = lane.begun > 0 && !lane.execution.active;
    if (over && (late || outcome.ending === "none")) lane.execution.tell(outcome);
  }

  report(): readonly ToldRow[] {
    return this.lanes.flatMap((lane, i) => {
      const outcomes = [lane.entry, lane.exit].slice(0, lane.begun);
      if (lane.execution.active) lane.execution.tell(outcomes.at(-1)!);
      return outcomes.map((outcome, k) => ({
        pair: this.market[i]!.symbol,
        of: k === 0 ? "entry" : "exit",
        ...(Object.fromEntries(Object.entries(outcome)) as ToldRow),
      }));
    });
  }

  save(): Saved {
    return saveLanes(this.params, this.lanes);
  }

  load(saved: Saved): void {
    loadLanes(saved, this.params, this.lanes);
  }
}

export const execute: Strategy<ExecuteParams> = {
  name: "execute",
  about:
    "Works a total by an execution algorithm: over time, with the volume, a part at a time, or at the best price.",
  genes: {
    side: {
      kind: "choice",
      choices: ["buy", "sell"],
      default: "buy",
      about: "A sale opens a short, of contracts.",
    },
    quantity: realGene(
      [0, 1e9, 0],
      "base units",
      "The total; 0 for what the exposure buys, which it never exceeds.",
    ),
    limit: realGene([0, 1e9, 0], "quote", "No order of the entry pays more, or takes less; 0 for none."),
    hold: countGene([0, 43_200, 0], "minutes", "How long it is held before it is closed alike; 0 keeps it."),
    ...executionGenes,
    learn: learnGene,
    timeframe: timeframeGene("Candles at whose close it begins, and whose volume is counted."),
    exposure: exposureGene(),
  },
  impossible: impossibleTerms,
  needs: (params) => ({
    timeframes: [params.timeframe as Timeframe],
    warmupCandles: Math.max(1, warmupFor(params, params.learn)),
    ...heardFor(params),
  }),
  start: (params, market) => new ExecuteTrader(params, market),
};
