/**
 * An amount as the API tells it (text with two decimals), as people of the language write it where the money is used: the
 * first two letters of a currency's code are its country's.
 */
export function money(amount: string, currency: string, language: string): string {
  const format = new Intl.NumberFormat(`${language}-${currency.slice(0, 2)}`, {
    style: "currency",
    currency,
    currencyDisplay: "code",
    minimumFractionDigits: 2, // some currencies are shown without cents, and papers have them
    maximumFractionDigits: 2,
  });
  return format.format(amount as Intl.StringNumericLiteral);
}

/** The years of a vehicle: one, from to, or none. */
export function years({
  year_from: first = null,
  year_to: last = null,
}: {
  year_from?: number | null;
  year_to?: number | null;
}): string {
  if (first === null || last === null) return "";
  return first === last ? `${first}` : `${first}–${last}`;
}
