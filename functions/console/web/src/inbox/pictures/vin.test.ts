import { expect, test } from "vitest";
import type { Message } from "../../api/contract";
import { asVin, countryOf, vehicleOf, vinsOf, type Reading } from "./vin";

const VERSA = "3N1CN7AP4GL862310";

function reading(vin: string | null, decoded: Reading["decoded"] = null): Reading {
  return {
    verdict: "told",
    reason: null,
    vin,
    read: vin,
    decoded,
    confidence: 0.95,
    text: "",
    codes: [],
    corrected: false,
  };
}

const message = (...readings: (Reading | null)[]) =>
  ({ attachments: readings.map((each) => ({ reading: each })) }) as unknown as Message;

test("a VIN is taken as people type it", () => {
  expect(asVin(" 3n1cn7ap 4gl862310 ")).toBe(VERSA);
});

test.each(["", "3N1CN7AP4GL86231", "3N1CN7AP4GL86231O", "3N1CN7AP4GL8623100"])("%s is no VIN", (typed) => {
  expect(asVin(typed)).toBeNull();
});

test("a vehicle is called what its VIN tells", () => {
  const versa = { manufacturer: "Nissan", model: null, year: 2016, country: "Mexico" };
  expect(vehicleOf(reading(VERSA, versa))).toBe("Nissan 2016");
  expect(vehicleOf(reading(VERSA))).toBe("");
});

test.each([
  ["es", "Mexico", "México"],
  ["en", "Mexico", "Mexico"],
  ["es", "Atlantis", "Atlantis"],
])("in %s a vehicle from %s is from %s", (language, country, shown) => {
  expect(countryOf(reading(VERSA, { manufacturer: null, model: null, year: null, country }), language)).toBe(
    shown,
  );
});

test("of a thread the newest VIN comes first, each once", () => {
  const thread = [
    message(reading("A")),
    message(reading(null), null),
    message(reading("B")),
    message(reading("A")),
  ];
  expect(vinsOf(thread).map((each) => each.vin)).toEqual(["A", "B"]);
});
