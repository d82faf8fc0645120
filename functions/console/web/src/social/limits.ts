import type { Limits, Network, PostItem } from "./queries";

/** How long the network takes a text to be: TikTok counts UTF-16 code units, the others characters. */
export function lengthOn(network: Network, text: string): number {
  return network === "tiktok" ? text.length : [...text].length;
}

/** The part of a text that has room on the network, and what is left over, as the network counts. */
export function partedAt(network: Network, text: string, room: number): [string, string] {
  const kept = network === "tiktok" ? text.slice(0, room) : [...text].slice(0, room).join("");
  return [kept, text.slice(kept.length)];
}

/** How many characters a text may have beside such a content. */
export function roomOf(limits: Limits, kind: PostItem["kind"]): number {
  return kind === "image" || kind === "carousel" ? limits.picture_text : limits.text;
}

/** What a content is by its files, as the server sees it. */
export function kindOf(files: { kind: "image" | "video" }[]): PostItem["kind"] {
  if (files.length > 1) return "carousel";
  return files[0]?.kind ?? "text";
}
