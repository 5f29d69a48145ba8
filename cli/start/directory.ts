/**
 * Which data directories begin empty. The exchange of the demo and of a replay lives in this process and forgets all when it
 * ends, so a ledger kept from the last time could never agree with it: `.shoal/replay` is emptied at each start, and
 * `.shoal` when a demo made it, which the file `demo` in it says; so does the folder of dry runs. A directory that anybody
 * chose is never emptied.
 */
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../../nodes/settings.ts";

export interface Chosen {
  readonly config?: readonly string[];
  readonly dataDir?: string;
  readonly replay?: string;
  readonly venueUrl?: string;
  readonly dryRun?: boolean;
}

const MARK = "demo";
const text =
  "The demo made this folder and empties it at its next start. Use --data-dir to keep what it does.\n";
/** The lock's note, the gateway's tokens, and the folders of replays and dry runs. */
const kept = new Set(["engine.pid", "gateway.json", "replay", "dry-run"]);

/** The directory must be locked. */
export const prepareDirectory = (chosen: Chosen, settings: Settings, dataDir: string): void => {
  if (settings.nats !== undefined || settings.node !== undefined) return;
  const usual = chosen.dataDir === undefined;
  if (chosen.dryRun === true) {
    if (usual) empty(dataDir);
    return;
  }
  if (chosen.replay !== undefined) {
    if (usual && settings.dataDir === join(".shoal", "replay")) empty(dataDir);
    return;
  }
  const mark = join(dataDir, MARK);
  if (existsSync(mark)) empty(dataDir);
  const demo = usual && settings.dataDir === ".shoal" && isDemo(chosen);
  if (demo && !existsSync(join(dataDir, "journal"))) writeFileSync(mark, text);
};

const isDemo = ({ config, venueUrl }: Chosen): boolean =>
  config === undefined && venueUrl === undefined && !existsSync("shoal.config.yaml");

const empty = (dataDir: string): void => {
  for (const name of readdirSync(dataDir))
    if (!kept.has(name)) rmSync(join(dataDir, name), { recursive: true, force: true });
};
