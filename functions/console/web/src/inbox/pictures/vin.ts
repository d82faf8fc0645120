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

// ISO 3166, by the names the VIN's country is told with.
const COUNTRIES: Record<string, string> = {
  Argentina: "AR",
  Australia: "AU",
  Austria: "AT",
  Belgium: "BE",
  Brazil: "BR",
  Canada: "CA",
  Chile: "CL",
  China: "CN",
  Colombia: "CO",
  "Czech Republic": "CZ",
  France: "FR",
  Germany: "DE",
  Hungary: "HU",
  India: "IN",
  Indonesia: "ID",
  Italy: "IT",
  Japan: "JP",
  Mexico: "MX",
  Netherlands: "NL",
  Philippines: "PH",
  Poland: "PL",
  Romania: "RO",
  Russia: "RU",
  "South Africa": "ZA",
  "South Korea": "KR",
  Spain: "ES",
  Sweden: "SE",
  Taiwan: "TW",
  Thailand: "TH",
  Turkey: "TR",
  "United Kingdom": "GB",
  "United States": "US",
  Venezuela: "VE",
};

/** Where the vehicle was made, in the reader's language; as it was told where that is no country known here. */
export function countryOf(reading: Reading, language: string): string {
  const told = reading.decoded?.country ?? "";
  const code = COUNTRIES[told];
  return (code && new Intl.DisplayNames(language, { type: "region" }).of(code)) || told;
}

/** The readings of a thread that found a VIN, the newest first, each number once. */
export function vinsOf(messages: readonly Message[]): Reading[] {
  const found = new Map<string, Reading>();
  for (const { attachments } of [...messages].reverse())
    for (const { reading } of attachments)
      if (reading?.vin && !found.has(reading.vin)) found.set(reading.vin, reading);
  return [...found.values()];
}
