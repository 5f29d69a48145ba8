/** Histograms: bins with a round width, losses and gains in their colours. */
import { axis, mount } from "./chart.js";
import { colour } from "./theme.js";

/**
 * @param {HTMLElement} box
 * @param {import("../../../domain/reports/histogram.ts").Histogram} histogram
 * @param {(value: number) => string} text of an edge
 * @param {boolean} signed whether bins below 0 are losses
 */
export const histogramChart = (box, { from, width, counts, below, above }, text, signed) => {
  const edges = counts.map((_, i) => from + i * width);
  const negative = (/** @type {number} */ i) => signed && edges[i] < -width / 2;
  const bars = uPlot.paths.bars?.({ size: [1, Infinity], align: 1, gap: 1 });
  const bin = (/** @type {any} */ _plot, /** @type {number} */ left) => {
    if (left == null) return "";
    const i = Math.round((left - from) / width);
    if (below && i === 0) return `below ${text(left + width)}`;
    if (above && i === counts.length - 1) return `${text(left)} and more`;
    return `${text(left)} to ${text(left + width)}`;
  };
  const series = (/** @type {string} */ label, /** @type {string} */ name) => ({
    label,
    stroke: colour(name),
    fill: colour(name),
    width: 0,
    paths: bars,
    points: { show: false },
    value: (/** @type {any} */ _plot, /** @type {number | null} */ count) =>
      count == null ? "" : String(count),
  });
  return mount(box, 230, () => ({
    options: {
      cursor: { drag: { x: false, y: false }, y: false },
      legend: { live: true },
      scales: {
        x: { time: false, range: () => [from - width * 0.5, from + (counts.length + 0.5) * width] },
        y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.06)] },
      },
      axes: [
        axis({
          values: (_plot, values) => values.map(text),
          grid: { show: false },
          space: 64,
          incrs: [1, 2, 3, 4, 5, 10, 20, 50].map((bins) => bins * width),
        }),
        axis({ size: 52, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] }),
      ],
      series: [
        { label: "From", value: bin },
        ...(signed
          ? [series("Losing trades", "loss"), series("Winning trades", "gain")]
          : [series("Trades", "accent")]),
      ],
    },
    data: [
      edges,
      ...(signed
        ? [
            counts.map((count, i) => (negative(i) ? count : null)),
            counts.map((count, i) => (negative(i) ? null : count)),
          ]
        : [counts]),
    ],
  }));
};
