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
  /** What went wrong since the last call, oldest first; of more than a hundred the newest. */
  errors(): readonly string[];
}

const ERRORS_MAX = 100;

/** Throws `Invalid` naming a secret that cannot be found. */
export const openLog = (settings: Settings, dataDir: string): RunLog => {
  let errors: string[] = [];
  const logger = createLogger({
    onError: (text) => {
      errors.push(text);
      if (errors.length > ERRORS_MAX) errors.shift();
    },
    destination: settings.log.file ?? join(dataDir, "shoal.log"),
    level: settings.log.level,
    node: hostIdOf(settings),
    secrets: [...openTokens(dataDir).map(({ token }) => token), ...keysOf(settings)],
  });
  const take = (): readonly string[] => {
    const taken = errors;
    errors = [];
    return taken;
  };
  return { logger, forBroker: moleculerLogger(logger), errors: take };
};

const keysOf = (settings: Settings): readonly string[] =>
  Object.entries(settings.accounts).flatMap(([id, account]) =>
    (["apiKey", "secret", "password"] as const).flatMap((field) => {
      const text = account[field];
      return text === undefined ? [] : [lookUpSecret(`accounts.${id}.${field}`, text, process.env)];
    }),
  );
