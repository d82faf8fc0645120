import { expect, test } from "vitest";
import { strongParts } from "./strong";

test.each([
  ["*Total: 799.24 MXN*", ["", "Total: 799.24 MXN", ""]],
  ["son *dos* piezas", ["son ", "dos", " piezas"]],
  ["2*3*4", ["2*3*4"]],
  ["* uno\n* dos", ["* uno\n* dos"]],
  ["**", ["**"]],
])("in %j what stands between stars is strong", (text, parts) => {
  expect(strongParts(text)).toEqual(parts);
});
