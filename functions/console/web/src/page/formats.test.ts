import { describe, expect, it } from "vitest";
import { regional } from "./formats";

describe("where figures are read", () => {
  it("is the country the browser names for the language", () => {
    expect(regional("es", ["en-US", "es-ES"])).toBe("es-ES");
    expect(regional("en", ["es-MX", "en-GB"])).toBe("en-GB");
  });

  it("is Mexico for Spanish of no country, where 37,800 is not thirty-seven point eight", () => {
    expect(regional("es", ["es"])).toBe("es-MX");
    expect(new Intl.NumberFormat(regional("es", [])).format(37_800)).toBe("37,800");
  });

  it("is nowhere in particular for English of no country", () => {
    expect(regional("en", ["es-MX"])).toBe("en");
  });
});
