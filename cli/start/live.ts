/**
 * The live view: notable events as lines and, below them, a few figures that a terminal refreshes in place; without a
 * terminal, one line a second. It listens and asks like anybody else and slows nothing down: in lock-step it only listens.
 */
import colours from "picocolors";
import type { ClosedCandle } from "../../domain/market/candle-series.ts";
import type { PortfolioView } from "../../domain/portfolio/view.ts";
import { toPlainJson } from "../../domain/values/json.ts";
import { hear, ref } from "../../contracts/contract.ts";
import { marketSubject, type MarketBatch } from "../../contracts/market.ts";
import { PortfolioContract } from "../../contracts/portfolio.ts";
import type { Engine } from "../../nodes/engine.ts";
import { shorter, sumsText, timeText } from "../terminal.ts";
import { Notable } from "./notable.ts";

export interface Live {
  close(): void;
}

const REFRESH_MS = 1_000;
const ANSWER_MS = 900;
const POSITIONS_MAX = 8;

interface Figures {
  ticks: number;
  candles: number;
  views: readonly (readonly [string, PortfolioView])[];
}

export interface LiveOptions {
  /** The view goes to stderr. */
  readonly json: boolean;
  /** What went wrong since the last call, as the log has it. */
  readonly errors: () => readonly string[];
}

export const live = (engine: Engine, { json, errors }: LiveOptions): Live => {
  const out = json ? process.stderr : process.stdout;
  const figures: Figures = { ticks: 0, candles: 0, views: [] };
  const notable = new Notable();
  const ends = [...listen(engine, figures, notable)];
  let drawn = 0;
  let closed = false;

  const draw = (block: readonly string[], last: boolean): void => {
    for (const text of errors()) notable.trouble(text);
    const events = notable.take().map((line) => `  ${line}`);
    if (!out.isTTY) {
      for (const line of events) out.write(`${line}\n`);
      if (!last) out.write(`${oneLine(engine, figures, notable)}\n`);
      return;
    }
    const width = Math.max(20, out.columns);
    const fitting = block.map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line));
    out.write(`${drawn === 0 ? "" : `\u001b[${drawn}A`}\u001b[J`);
    for (const line of [...events, ...fitting]) out.write(`${line}\n`);
    drawn = fitting.length;
  };
  const refresh = async (): Promise<void> => {
    if (!engine.wire.activity.lockStep) figures.views = await views(engine);
    if (!closed) draw(table(engine, figures, notable), false);
  };
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    void refresh().finally(() => (busy = false));
  }, REFRESH_MS);
  return {
    close() {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      for (const end of ends) end();
      draw(table(engine, figures, notable), true);
    },
  };
};

function* listen(engine: Engine, figures: Figures, notable: Notable): Generator<() => void> {
  for (const id of engine.instruments)
    yield engine.road.subscribe(marketSubject(id), (batch) => {
      figures.ticks += batch.trades.length;
      const { candles } = batch as MarketBatch;
      figures.candles += (candles as readonly ClosedCandle[] | undefined)?.length ?? 0;
    });
  const { kind, message } = hear(PortfolioContract, "*", "changed", () => undefined);
  yield engine.wire.subscribe(kind, "*", message, (news, id) => {
    const { events } = news as { readonly events: Parameters<Notable["hear"]>[1] };
    notable.hear(id, events);
  });
}

const views = async (engine: Engine): Promise<readonly (readonly [string, PortfolioView])[]> => {
  const asked = Object.keys(engine.settings.portfolios).map(
    async (id) =>
      [id, await ref(engine.wire, PortfolioContract, id, { timeoutMs: ANSWER_MS }).view()] as const,
  );
  const answers = await Promise.allSettled(asked);
  return answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
};

const sums = (view: PortfolioView["equity"], places: number): string =>
  sumsText(JSON.parse(toPlainJson(view)), places);

const worth = ({ views: told }: Figures): string =>
  told.map(([, view]) => sums(view.equity, 4)).join(" + ") || "-";

const positionsOf = ({ views: told }: Figures) =>
  told.flatMap(([, view]) =>
    view.strategies.flatMap(({ strategy, positions }) =>
      positions.filter(({ quantity }) => quantity !== 0n).map((position) => ({ strategy, ...position })),
    ),
  );

const counts = (figures: Figures, notable: Notable): string =>
  `ticks ${figures.ticks}  candles ${figures.candles}  orders ${notable.orders}  fills ${notable.fills}  refused ${notable.refusals}`;

const oneLine = (engine: Engine, figures: Figures, notable: Notable): string => {
  const held =
    figures.views.length === 0 ? "" : `  equity ${worth(figures)}  positions ${positionsOf(figures).length}`;
  return `${timeText(engine.marketNow())}  ${counts(figures, notable)}${held}`;
};

const table = (engine: Engine, figures: Figures, notable: Notable): readonly string[] => {
  const positions = positionsOf(figures);
  const halted = figures.views.filter(([, view]) => view.halted !== null);
  return [
    "",
    `${colours.bold("market time")}  ${timeText(engine.marketNow())}`,
    `${colours.bold("so far")}       ${counts(figures, notable)}`,
    ...(figures.views.length === 0 ? [] : [`${colours.bold("equity")}       ${worth(figures)}`]),
    ...halted.map(([id, view]) =>
      colours.red(`HALTED       ${id}: ${view.halted?.level} (${view.halted?.reason})`),
    ),
    ...figures.views.flatMap(([id, view]) =>
      view.accounts
        .filter(({ level }) => level !== "full")
        .map(({ account, level, degraded }) =>
          colours.red(`DEGRADED     ${id}, account ${account}: ${level} (${degraded?.reason})`),
        ),
    ),
    ...positions
      .slice(0, POSITIONS_MAX)
      .map(({ strategy, instrument, quantity, averagePrice, mark, unrealised }) => {
        const [q, open, now, profit] = JSON.parse(
          toPlainJson([quantity, averagePrice, mark, unrealised]),
        ) as string[];
        const pair = instrument.slice(instrument.indexOf(":") + 1);
        return `  ${strategy.padEnd(18)} ${shorter(q).padStart(12)} ${pair.padEnd(10)} ${shorter(open, 6).padStart(12)} -> ${shorter(now, 6).padStart(12)}  ${shorter(profit, 4)}`;
      }),
    ...(positions.length > POSITIONS_MAX ? [`  ... and ${positions.length - POSITIONS_MAX} more`] : []),
  ];
};
