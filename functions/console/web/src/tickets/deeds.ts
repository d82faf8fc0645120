import type { Change } from "../api/desk";

/** Newest first; changes of one deed (who, when, why) together. */
export function together(history: Change[]): [Change, ...Change[]][] {
  const deeds: [Change, ...Change[]][] = [];
  for (const change of history.toReversed()) {
    const [last] = deeds.at(-1) ?? [];
    const same = last?.at === change.at && last.actor === change.actor && last.reason === change.reason;
    if (same) deeds.at(-1)?.push(change);
    else deeds.push([change]);
  }
  return deeds;
}
