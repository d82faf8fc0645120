import { describe, expect, it } from "vitest";
import { draftOf, dropDraft, keepDraft, questionsIn } from "./drafts";

describe("the questions of an article", () => {
  it("are its lines, each once, without the empty ones", () => {
    expect(questionsIn(" ¿Cuánto cuesta? \n\n¿Cuánto cuesta?\n¿Precio?\n")).toEqual([
      "¿Cuánto cuesta?",
      "¿Precio?",
    ]);
  });
});

describe("what is written and not saved", () => {
  it("is found again until it is dropped", () => {
    const written = { title: "t", body: "b", questions: "q", category: "general" };
    keepDraft("a", written);
    expect(draftOf("a")).toEqual(written);
    expect(draftOf("b")).toBeUndefined();
    dropDraft("a");
    expect(draftOf("a")).toBeUndefined();
  });
});
