import { describe, expect, it } from "vitest";
import { kindOf, lengthOn, partedAt } from "./limits";

describe("a text's length", () => {
  it("is what the network counts", () => {
    expect(lengthOn("instagram", "🚗 ya")).toBe(4);
    expect(lengthOn("tiktok", "🚗 ya")).toBe(5);
  });

  it("is where the preview parts it", () => {
    expect(partedAt("instagram", "🚗🚗 ya", 2)).toEqual(["🚗🚗", " ya"]);
    expect(partedAt("tiktok", "🚗 ya", 3)).toEqual(["🚗 ", "ya"]);
    expect(partedAt("facebook", "ya", Infinity)).toEqual(["ya", ""]);
  });
});

describe("a content's kind", () => {
  it("is what its files are", () => {
    expect(kindOf([])).toBe("text");
    expect(kindOf([{ kind: "video" }])).toBe("video");
    expect(kindOf([{ kind: "image" }])).toBe("image");
    expect(kindOf([{ kind: "image" }, { kind: "video" }])).toBe("carousel");
  });
});
