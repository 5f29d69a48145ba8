/** The log of a run: a file in the data directory, with the keys of all accounts and the gateway's tokens struck out. */
import { join } from "node:path";
import type { BrokerOptions } from "moleculer";
import { createLogger, moleculerLogger, type Logger } from "../../adapters/log/log.ts";
import { openTokens } from "../../nodes/gateway/tokens.ts";
import { lookUpSecret } from "../../nodes/configuration.ts";
import { hostIdOf } from "../../nodes/host-id.ts";
import type { Settings } from "../../nodes/settings.ts";

export interface RunLog {
  readonly logger: Logger;
  readonly forBroker: BrokerOptions["logger"];
}

/** Throws `Invalid` naming a secret that cannot be found. */
export const openLog = (settings: Settings, dataDir: string): RunLog => {
  const logger = createLogger({
    destination: settings.log.file ?? join(dataDir, "shoal.log"),
    level: settings.log.level,
    node: hostIdOf(settings),
    secrets: [...openTokens(dataDir).map(({ token }) => token), ...keysOf(settings)],
  });
  return { logger, forBroker: moleculerLogger(logger) };
};

const keysOf = (settings: Settings): readonly string[] =>
  Object.entries(settings.accounts).flatMap(([id, account]) =>
    (["apiKey", "secret", "password"] as const).flatMap((field) => {
      const text = account[field];
      return text === undefined ? [] : [lookUpSecret(`accounts.${id}.${field}`, text, process.env)];
    }),
  );
