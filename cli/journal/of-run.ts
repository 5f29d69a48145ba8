/** Options that name the run a journal is of: what it replayed, and its configuration. */
import type { Command } from "commander";
import { collect, list } from "../verb.ts";
import type { JournalPlace } from "./open.ts";

export interface RunOptions extends JournalPlace {
  readonly replay?: string;
  readonly from?: string;
  readonly to?: string;
  readonly symbols?: readonly string[];
  readonly config?: string[];
}

export const withRun = (command: Command): Command =>
  command
    .argument("<stream>", "a portfolio's, as `shoal journal streams` lists them")
    .option("--replay <path>", "what the run replayed: a folder or one file")
    .option("--from <time>", "as the run had it")
    .option("--to <time>", "as the run had it")
    .option("-p, --symbols <list>", "as the run had them", list)
    .option("-c, --config <file>", "the run's configuration; repeatable", collect);

/** Where the journal lies is no setting of the run. */
export const runFlags = ({ replay, from, to, symbols, config }: RunOptions) => ({
  ...(replay === undefined ? {} : { replay }),
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
  ...(symbols === undefined ? {} : { symbols }),
  ...(config === undefined ? {} : { config }),
});
