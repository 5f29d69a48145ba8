/**
 * Numbers as a report prints them, on a terminal and in HTML alike. What is undefined is a dash, and no number is ever
 * printed as NaN or Infinity.
 */
import { calendarKey } from "../performance/attribution.ts";

export const UNDEFINED = "-";

/** Fixed decimals, so that a column lines up; a zero has no sign. */
export const numberText = (value: number | null, places: number): string => {
  if (value === null || !Number.isFinite(value)) return UNDEFINED;
  const text = value.toFixed(places);
  return Number(text) === 0 ? text.replace("-", "") : text;
};

/** A ratio in percent, without the sign. */
export const percentText = (ratio: number | null, places = 2): string =>
  numberText(ratio === null ? null : ratio * 100, places);

/** Decimals that show a hundred-thousandth of a balance: 2 for 1000 USDT, 7 for 0.01 BTC. */
export const placesOf = (balance: number): number =>
  Math.min(8, Math.max(2, Math.ceil(5 - Math.log10(balance))));

/** `01:25`, or `2 d 01:25`: hours and minutes. */
export const durationText = (ms: number | null): string => {
  if (ms === null || !Number.isFinite(ms)) return UNDEFINED;
  const minutes = Math.round(ms / 60_000);
  const days = Math.floor(minutes / 1_440);
  return `${days === 0 ? "" : `${days} d `}${two(Math.floor((minutes % 1_440) / 60))}:${two(minutes % 60)}`;
};

/** `2026-01-31 09:05:00`, UTC. */
export const timeText = (at: number | null): string => {
  if (at === null || !Number.isFinite(at)) return UNDEFINED;
  const seconds = Math.floor((at - Math.floor(at / 86_400_000) * 86_400_000) / 1_000);
  const clock = [seconds / 3_600, (seconds % 3_600) / 60, seconds % 60].map((part) => two(Math.floor(part)));
  return `${calendarKey(at, "day")} ${clock.join(":")}`;
};

const two = (part: number): string => String(part).padStart(2, "0");

/** `2026-01-31T09:05:00.123Z`. */
export const isoText = (at: number): string => {
  const ms = String(Math.round(at - Math.floor(at / 1_000) * 1_000)).padStart(3, "0");
  return `${timeText(at).replace(" ", "T")}.${ms}Z`;
};
