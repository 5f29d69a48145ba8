/** The other side of gateway.bench.ts: keep-alive requests from a process of its own, so that the server's CPU stands alone. */
import autocannon from "autocannon";

export interface Wanted {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly seconds: number;
}
export interface Answered {
  readonly seconds: number;
  readonly ok: number;
  readonly failed: number;
}

process.on("message", ({ url, headers, seconds: duration }: Wanted) => {
  void autocannon({ url, headers: { ...headers }, duration, connections: 16 }).then((result) => {
    const { duration: seconds, errors, non2xx } = result;
    process.send!({ seconds, ok: result["2xx"], failed: errors + non2xx } satisfies Answered);
  });
});
process.on("disconnect", () => process.exit(0));
