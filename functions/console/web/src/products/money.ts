/** An amount as the API tells it (text with two decimals), as people of the language write it. */
export function money(amount: string, currency: string, language: string): string {
  const format = new Intl.NumberFormat(language, { style: "currency", currency, currencyDisplay: "code" });
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
