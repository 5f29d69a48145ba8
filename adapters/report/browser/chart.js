/** What all charts share: axes, UTC, a width that follows the page, and a new drawing when the colours change. */
import { colour, font } from "./theme.js";

/** @typedef {import("uplot")} Plot */
/** @typedef {import("uplot").Options} Options */

/** @param {number} at seconds */
export const utc = (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC");

const rule = () => ({ stroke: colour("rule"), width: 1 });

/** @param {Partial<import("uplot").Axis>} more @returns {import("uplot").Axis} */
export const axis = (more = {}) => ({
  stroke: colour("muted"),
  font: font(),
  grid: rule(),
  ticks: { ...rule(), size: 4 },
  gap: 6,
  ...more,
});

const clock = "{HH}:{mm}";
const day = "{D} {MMM}";
const full = `\n${day} {YYYY}`;
/** Days as "3 May", not as month over day. Columns: step, text, and what is added when year, -, day, ..., changes. */
const timeTexts = [
  [31_536_000, "{YYYY}", null, null, null, null, null, null, 1],
  [2_419_200, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [86_400, day, "\n{YYYY}", null, null, null, null, null, 1],
  [3_600, clock, full, null, `\n${day}`, null, null, null, 1],
  [60, clock, full, null, `\n${day}`, null, null, null, 1],
  [1, `${clock}:{ss}`, full, null, `\n${day} ${clock}`, null, `\n${clock}`, null, 1],
];

export const timeAxis = () => axis({ values: /** @type {any} */ (timeTexts), space: 70 });

/** Without a cursor the legend tells the newest values. @param {Plot} plot */
export const tellNewest = (plot) => {
  if (plot.cursor.idx == null) plot.setLegend({ idx: plot.data[0].length - 1 }, false);
};

/**
 * Draws into `box`, as wide as it is, and again when the width or the colours change; zoom is kept.
 * @param {HTMLElement} box
 * @param {number} height
 * `data` is any: uPlot's own type wants arrays that may be changed, and ours are read-only; it changes none.
 * @param {() => { options: Partial<Options>, data: any }} make
 */
export const mount = (box, height, make) => {
  /** @type {Plot | undefined} */
  let plot;
  const draw = () => {
    const kept = plot?.scales.x;
    const [min, max] = [kept?.min, kept?.max];
    plot?.destroy();
    const { options, data } = make();
    plot = new uPlot(
      /** @type {Options} */ ({ width: box.clientWidth, height, tzDate: utc, ...options }),
      data,
      box,
    );
    if (min != null && max != null && kept?.time) plot.setScale("x", { min, max });
  };
  draw();
  new ResizeObserver(() => {
    if (plot !== undefined && box.clientWidth > 0 && box.clientWidth !== plot.width)
      plot.setSize({ width: box.clientWidth, height });
  }).observe(box);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  return { plot: () => /** @type {Plot} */ (plot), draw };
};
