/** Colours from the page's style, so that charts follow light and dark, and numbers as the tables print them. */

const rootStyle = () => getComputedStyle(document.documentElement);

/** @param {string} name a custom property without its dashes */
export const colour = (name) => rootStyle().getPropertyValue(`--${name}`).trim();

export const font = () => `12px ${rootStyle().getPropertyValue("--font").trim()}`;

/** @param {number} value @param {number} places */
export const fixed = (value, places) =>
  value.toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places });

/** @param {number} ratio */
export const percent = (ratio, places = 2) => `${fixed(ratio * 100, places)} %`;

/** A price in at most eight digits. @param {number} value */
export const price = (value) => value.toLocaleString("en-US", { maximumSignificantDigits: 8 });

/** `2021-05-19 12:35`, UTC. @param {number} at seconds */
export const time = (at) => new Date(at * 1000).toISOString().slice(0, 16).replace("T", " ");

/** `2 d 01:25`. @param {number} seconds */
export const duration = (seconds) => {
  const minutes = Math.round(seconds / 60);
  const days = Math.floor(minutes / 1440);
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  return `${days === 0 ? "" : `${days} d `}${two(Math.floor((minutes % 1440) / 60))}:${two(minutes % 60)}`;
};
