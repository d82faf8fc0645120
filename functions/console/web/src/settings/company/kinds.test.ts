import { expect, it } from "vitest";
import { madeOf } from "./kinds";

it.each([
  [{ billing: "accounts", "*": "general" }, "map"],
  [{ base: 10, category: { security: 30 } }, "points"],
  [{ color: "#0f766e", logo: null }, "fields"],
  [{ enabled: true, after_hours: 24, template: "survey" }, "fields"],
  [{ currency: "MXN", agent_hour: 110 }, "fields"],
  [[{ kind: "daily", recipients: [] }], "anything"],
  [[], "anything"],
  [{ default: "3", branches: {} }, "anything"],
  [null, "anything"],
])("%j is %s", (value, made) => {
  expect(madeOf(value)).toBe(made);
});
