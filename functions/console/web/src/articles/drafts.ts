/** What somebody has written and not saved, so that looking at another article does not lose it. */
export interface Written {
  title: string;
  body: string;
  questions: string;
  category: string;
}

const drafts = new Map<string, Written>();

export function keepDraft(id: string, written: Written): void {
  drafts.set(id, written);
}

export function draftOf(id: string): Written | undefined {
  return drafts.get(id);
}

export function dropDraft(id: string): void {
  drafts.delete(id);
}

/** One a line, as written; empty lines are none. */
export function questionsIn(text: string): string[] {
  return [...new Set(text.split("\n").map((line) => line.trim()))].filter((line) => line !== "");
}
