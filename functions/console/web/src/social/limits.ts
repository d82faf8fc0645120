import type { Limits, Network, PostItem } from "./queries";

/** How long the network takes a text to be: TikTok counts UTF-16 code units, the others characters. */
export function lengthOn(network: Network, text: string): number {
  return network === "tiktok" ? text.length : [...text].length;
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
