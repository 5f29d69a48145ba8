/** What a simulated cluster trades: two instruments, four strategies, one account. */
import { parseSettings } from "../settings.ts";
import { SPEED } from "./simulated-exchange.ts";

const strategies = ["AAA", "BBB", "AAA", "BBB"].map((base, k) => ({
  ...{ id: `wanderer-${k}`, strategy: "wanderer", instruments: [`sandbox:${base}/USDT`] },
  ...{ capital: "3000", params: { seed: k } },
}));

export const settings = parseSettings({
  node: "simulated",
  nats: { url: "nats://127.0.0.1:4222" },
  venues: { sandbox: { quotes: false, sandbox: { speed: SPEED } } },
  accounts: { main: { venue: "sandbox", apiKey: "key", secret: "secret" } },
  portfolios: { main: { accounts: ["main"], quote: "USDT" } },
  strategies,
});
