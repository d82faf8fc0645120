import type { QuoteItem } from "./queries";

/** A quote's number, and from the second version on which one it is. */
export function titleOf({ number, version }: Pick<QuoteItem, "number" | "version">): string {
  return version === 1 ? number : `${number}/${String(version)}`;
}
