/** What a strategy tells of itself, as a table: figures to the right. */
import type { ToldRow } from "../../domain/strategy/strategy.ts";
import { table } from "../terminal.ts";

/** Figures have so many digits. */
const DIGITS = 8;

/** Empty where there is nothing. A table for each kind of rows: what works a strategy's aims tells of itself beside it. */
export const toldText = (rows: readonly ToldRow[] = []): string => {
  const kinds = new Map<string, ToldRow[]>();
  for (const row of rows) {
    const kind = Object.keys(row).join(" ");
    kinds.set(kind, [...(kinds.get(kind) ?? []), row]);
  }
  return [...kinds.values()].map(tableOf).join("\n");
};

const tableOf = (rows: readonly ToldRow[]): string => {
  const first = rows[0]!;
  const columns = Object.entries(first).map(
    ([name, value]) => [titleOf(name), typeof value === "number" ? "right" : "left"] as const,
  );
  const cells = rows.map((row) => Object.values(row).map(cellOf));
  return `TOLD BY THE STRATEGY\n${table(columns, cells, "none")}\n`;
};

const cellOf = (value: string | number): string => {
  if (typeof value === "string") return value;
  return Number.isNaN(value) ? "-" : String(Number(value.toPrecision(DIGITS)));
};

/** `arrivalBps` as `Arrival bps`. */
const titleOf = (name: string): string => {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
};
