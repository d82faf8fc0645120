import { describe, expect, it } from "vitest";
import { bodyOf, faultsOf, scalesOf, type Values } from "./asking";

const WEEKLY: Values = {
  kind: "weekly",
  scale: "week",
  first: "",
  last: "",
  branch: null,
  categories: [],
  language: "es",
  recipients: [],
};

describe("what a report is asked for with", () => {
  it("is the last week that is over, where nothing else is said", () => {
    expect(bodyOf(WEEKLY)).toEqual({ kind: "weekly", language: "es", scale: "week", recipients: [] });
  });

  it("is days of one's own without a length of the calendar", () => {
    const days: Values = {
      ...WEEKLY,
      kind: "custom",
      scale: "days",
      first: "2026-11-02",
      last: "2026-11-05",
    };
    expect(bodyOf(days)).toMatchObject({ first: "2026-11-02", last: "2026-11-05" });
    expect(bodyOf(days)).not.toHaveProperty("scale");
  });

  it("names the branch and the problems only where some are left out", () => {
    const narrow = { ...WEEKLY, branch: "b", categories: ["billing"] };
    expect(bodyOf(narrow)).toMatchObject({ branch: "b", filters: { categories: ["billing"] } });
    expect(bodyOf(WEEKLY)).not.toHaveProperty("filters");
  });
});

describe("what is wrong with it", () => {
  it("is nothing for a week", () => {
    expect(faultsOf(WEEKLY, "needed", "order")).toEqual({});
  });

  it("is a day that is missing, or that comes before the first", () => {
    const custom: Values = { ...WEEKLY, kind: "custom", scale: "days" };
    expect(faultsOf(custom, "needed", "order")).toEqual({ first: "needed", last: "needed" });
    const turned = { ...custom, first: "2026-11-05", last: "2026-11-02" };
    expect(faultsOf(turned, "needed", "order")).toEqual({ last: "order" });
  });

  it("is a problem report about no problem", () => {
    expect(faultsOf({ ...WEEKLY, kind: "problem" }, "needed", "order")).toEqual({ categories: "needed" });
  });
});

it("a daily report has one length, an executive one a choice", () => {
  expect(scalesOf("daily")).toEqual(["day"]);
  expect(scalesOf("executive")).toContain("year");
});
