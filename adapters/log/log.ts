/**
 * The log: pino, one JSON object a line in the field names of ECS; what is not ECS stands under `labels.*`. Every
 * finished line is read back and rewritten once, since that is the one place through which messages, fields, child fields and
 * errors all pass: there secrets are taken out. Lines go to a file unless told otherwise: the terminal is the live view's.
 */
import { mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { ecsFormat } from "@elastic/ecs-pino-format";
import { destination, pino, type DestinationStream, type Logger } from "pino";
import { Invalid } from "../../domain/values/invalid.ts";
import { format } from "../../domain/values/values.ts";
import { redactor } from "./redact.ts";

export type { Logger } from "pino";

const levels = ["fatal", "error", "warn", "info", "debug", "trace"] as const;
export type Level = (typeof levels)[number] | "silent";

export interface LogOptions {
  /** A file (its folder is made, readable by the owner only), `stdout` as containers want it, or an open stream. */
  readonly destination: string | DestinationStream;
  readonly level?: Level;
  /** The host that writes. */
  readonly node?: string;
  /** Values that must never appear, wherever they stand: the keys of accounts, the gateway's tokens. */
  readonly secrets?: readonly string[];
  /** Told of each line of the level error or above: its message, and that of its error. */
  readonly onError?: (text: string) => void;
}

const CAUSES_MAX = 5;

/** Fields that ECS knows and we use; all others are labels. */
const isEcs = (field: string): boolean =>
  field === "@timestamp" ||
  field === "message" ||
  field === "error" ||
  /^(ecs|log|process|host|service|event|error|trace|transaction|span|labels)\./.test(field);

/** Labels are single values: whatever has parts becomes its JSON. */
const labelled = (line: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(line).map(([field, value]) => {
      if (isEcs(field)) return [field, value];
      const single = typeof value === "object" && value !== null ? JSON.stringify(value) : value;
      return [`labels.${field}`, single];
    }),
  );

const withCauses = (error: Error): string => {
  const stacks: string[] = [];
  let cause: unknown = error;
  for (let depth = 0; cause instanceof Error && depth < CAUSES_MAX; depth += 1) {
    stacks.push(cause.stack ?? `${cause.name}: ${cause.message}`);
    ({ cause } = cause);
  }
  return stacks.join("\ncaused by: ");
};

const ecsError = (error: Error): Record<string, unknown> => {
  const { code } = error as { readonly code?: unknown };
  return {
    type: error.name,
    message: error.message,
    stack_trace: withCauses(error),
    ...(typeof code === "string" || typeof code === "number" ? { code: String(code) } : {}),
  };
};

/** Exact money as decimals, errors with their text; data that JSON cannot hold is left to pino. */
const plain = (fields: Record<string, unknown>): Record<string, unknown> => {
  const write = (_field: string, value: unknown): unknown => {
    if (typeof value === "bigint") return format(value);
    if (value instanceof Error) return ecsError(value);
    return value instanceof Map || value instanceof Set ? [...(value as Set<unknown>)] : value;
  };
  try {
    return JSON.parse(JSON.stringify(fields, write)) as Record<string, unknown>;
  } catch {
    return fields;
  }
};

/** Throws `Invalid` for an unknown level. */
export const createLogger = (options: LogOptions): Logger => {
  const level = options.level ?? "info";
  if (level !== "silent" && !levels.includes(level))
    throw new Invalid("log.level", `one of ${levels.join(", ")}, silent`, level);
  const service = {
    serviceName: "shoal",
    ...(options.node === undefined ? {} : { serviceNodeName: options.node }),
  };
  const ecs = ecsFormat({ ...service, apmIntegration: false });
  const redact = redactor(options.secrets);
  const { destination: to } = options;
  return pino(
    {
      ...ecs,
      level,
      formatters: {
        ...ecs.formatters,
        log: ({ err, ...fields }) => ({
          ...plain(fields),
          ...(err === undefined
            ? {}
            : { error: err instanceof Error ? ecsError(err) : plain({ err })["err"] }),
        }),
      },
      hooks: {
        streamWrite: (line) => {
          const told = redact(JSON.parse(line)) as Record<string, unknown>;
          if (["error", "fatal"].includes(String(told["log.level"]))) options.onError?.(textOf(told));
          return `${JSON.stringify(labelled(told))}\n`;
        },
      },
    },
    typeof to === "string" ? opened(to) : to,
  );
};

const textOf = ({ message, error }: Record<string, unknown>): string => {
  const because = (error as { readonly message?: unknown } | undefined)?.message;
  return [message, because].filter((part) => typeof part === "string" && part !== "").join(": ");
};

/** Open from the first line on: a process that ends at once must be able to write what it has said. */
const opened = (path: string): DestinationStream => {
  if (path === "stdout") return destination({ dest: 1, sync: false });
  mkdirSync(dirname(path), { recursive: true });
  return destination({ dest: openSync(path, "a", 0o600), sync: false });
};

type Write = (...given: unknown[]) => void;

/** What Moleculer's broker takes as `logger`: all that it and its services log goes through ours, level and all. */
export const moleculerLogger = (
  logger: Logger,
): { readonly type: "Pino"; readonly options: Record<string, unknown> } => ({
  type: "Pino",
  options: {
    level: "trace",
    createLogger: (_level: string, bindings: { readonly mod?: string; readonly nodeID?: string }) => {
      const child = logger.child({ "log.logger": bindings.mod, node: bindings.nodeID });
      const write =
        (level: (typeof levels)[number]): Write =>
        (...given) => {
          if (!child.isLevelEnabled(level)) return;
          const err = given.find((each) => each instanceof Error);
          const fields = given.filter((each) => typeof each === "object" && each !== null && each !== err);
          const text = given.filter((each) => typeof each !== "object").join(" ");
          child[level](Object.assign({}, ...fields, err && { err }), text === "" ? err?.message : text);
        };
      return Object.fromEntries(levels.map((level) => [level, write(level)]));
    },
  },
});
