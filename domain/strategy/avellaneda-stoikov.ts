/**
 * Quotes of a dealer by Avellaneda and Stoikov, "High-frequency trading in a limit order book" (2008), equations 3.17 and 3.18 and
 * their closed form: about the reservation price r = s - q gamma sigma^2 (T - t), apart by
 * gamma sigma^2 (T - t) + (2 / gamma) ln(1 + gamma / kappa).
 *
 * Prices and their deviation may be in quote or relative to the price, as long as gamma and kappa are too. `variance` is
 * sigma^2 (T - t): the variance of the price over the time that is left.
 */

/** Where the dealer is indifferent with `inventory` units. */
export const reservationPrice = (
  mid: number,
  inventory: number,
  riskAversion: number,
  variance: number,
): number => mid - inventory * riskAversion * variance;

/** Distance between bid and ask; `kappa`: how fast the chance of a fill falls with the distance from the mid. */
export const optimalSpread = (riskAversion: number, variance: number, kappa: number): number =>
  riskAversion * variance + (2 / riskAversion) * Math.log1p(riskAversion / kappa);
