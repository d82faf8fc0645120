import type { Attachment, Message } from "../../api/contract";

export type Reading = NonNullable<Attachment["reading"]>;

const VIN = /^[0-9A-HJ-NPR-Z]{17}$/;

/** What somebody typed, as a VIN is written; null where it cannot be one. */
export function asVin(typed: string): string | null {
  const signs = typed.replace(/\s/g, "").toUpperCase();
  return VIN.test(signs) ? signs : null;
}

/** Make, model and year as far as the VIN tells them. */
export function vehicleOf(reading: Reading): string {
  const { manufacturer, model, year } = reading.decoded ?? {};
  return [manufacturer, model, year].filter(Boolean).join(" ");
}

/** The readings of a thread that found a VIN, the newest first, each number once. */
export function vinsOf(messages: readonly Message[]): Reading[] {
  const found = new Map<string, Reading>();
  for (const { attachments } of [...messages].reverse())
    for (const { reading } of attachments)
      if (reading?.vin && !found.has(reading.vin)) found.set(reading.vin, reading);
  return [...found.values()];
}
