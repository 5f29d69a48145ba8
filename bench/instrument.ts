/** The pair of the benches of backtests: what an instrument needs, and nothing that hinders. */
import { instrumentId, type Instrument } from "../domain/market/instrument.ts";
import { asset, money, price, quantity, type VenueId } from "../domain/values/values.ts";

export const benchInstrument: Instrument = {
  id: instrumentId("bench", "BTC/USDT"),
  venue: "bench" as VenueId,
  symbol: "BTC/USDT",
  base: asset("BTC"),
  quote: asset("USDT"),
  tickSize: price("0.01"),
  lotSize: quantity("0.00000001"),
  quantityMin: quantity("0.00000001"),
  quantityMax: quantity("0"),
  notionalMin: money("0"),
  makerBps: 10,
  takerBps: 10,
  status: "trading",
};
