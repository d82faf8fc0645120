import type { Values } from "./Fields";
import type { PointTree } from "./Points";

/** What a setting's object is made of: words by words, points by name, some named values, or anything else. */
export type Made = "map" | "points" | "fields" | "anything";

export function madeOf(value: unknown): Made {
  if (isEntries(value)) {
    const leaves = Object.values(value);
    if (leaves.every((leaf) => typeof leaf === "string")) return "map";
    if (isPoints(value)) return "points";
    if (leaves.every(isScalar)) return "fields";
  }
  return "anything";
}

function isEntries(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function isScalar(value: unknown): value is Values[string] {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function isPoints(value: unknown): value is PointTree {
  return isEntries(value) && Object.values(value).every((leaf) => typeof leaf === "number" || isPoints(leaf));
}
