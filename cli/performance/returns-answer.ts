/** What `shoal metrics` says of a series of returns: its figures, and its deepest drawdown with dates. */
import type { Convention } from "../../domain/performance/conventions.ts";
import { returnMetrics, type ReturnSeries } from "../../domain/performance/return-metrics.ts";
import type { Numbers } from "../../domain/performance/moments.ts";

interface Series {
  readonly returns: Numbers;
  readonly at?: Numbers | undefined;
  readonly benchmark?: Numbers;
  readonly compounded?: boolean;
  readonly days?: number;
}

interface Choice {
  readonly periods?: number;
  readonly trials?: number;
}

export type ReturnsAnswer = ReturnType<typeof returnsAnswer>;

export const returnsAnswer = (series: Series, { periods, trials }: Choice, convention: Convention) => {
  const { returns, at, benchmark, days } = series;
  const dated: ReturnSeries = at === undefined ? { returns } : { returns, at };
  const { figures, drawdown, ...about } = returnMetrics(dated, {
    convention,
    ...(periods === undefined ? {} : { periods }),
    ...(benchmark === undefined ? {} : { benchmark }),
    ...(days === undefined ? {} : { days }),
    ...(trials === undefined ? {} : { trials }),
  });
  return {
    ...about,
    ...(series.compounded === true ? { compounded: "daily" } : {}),
    from: at?.[0] ?? null,
    to: at?.[at.length - 1] ?? null,
    metrics: figures,
    drawdown: drawdown && {
      ...drawdown,
      peakDate: dateText(drawdown.peakAt),
      troughDate: dateText(drawdown.troughAt),
      recoveryDate: dateText(drawdown.recoveryAt),
    },
  };
};

const dateText = (at: number | null): string | null => {
  if (at === null) return null;
  const text = new Date(at).toISOString();
  return text.endsWith("T00:00:00.000Z") ? text.slice(0, 10) : text;
};
