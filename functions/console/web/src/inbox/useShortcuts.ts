import { useHotkeys } from "@mantine/hooks";

export interface Shortcuts {
  take: () => void;
  giveToBot: () => void;
  close: () => void;
  help: () => void;
  back: () => void;
}

/** What the keyboard does here; the help overlay shows the same list. */
export const SHORTCUTS: { keys: string[]; does: string }[] = [
  { keys: ["J", "↓"], does: "next" },
  { keys: ["K", "↑"], does: "previous" },
  { keys: ["Enter"], does: "openIt" },
  { keys: ["/"], does: "search" },
  { keys: ["T"], does: "take" },
  { keys: ["R"], does: "reply" },
  { keys: ["N"], does: "note" },
  { keys: ["G"], does: "giveToBot" },
  { keys: ["E"], does: "close" },
  { keys: ["Ctrl", "K"], does: "spotlight" },
  { keys: ["Esc"], does: "back" },
  { keys: ["?"], does: "help" },
];

export function useShortcuts({ take, giveToBot, close, help, back }: Shortcuts): void {
  const move = (by: number) => tell("inbox:move", by);
  useHotkeys([
    ["j", () => move(1)],
    ["k", () => move(-1)],
    ["ArrowDown", () => move(1)],
    ["ArrowUp", () => move(-1)],
    ["/", () => tell("inbox:search")],
    ["t", take],
    ["r", () => tell("inbox:write", "reply")],
    ["n", () => tell("inbox:write", "note")],
    ["g", giveToBot],
    ["e", close],
    ["shift+?", help, { usePhysicalKeys: false }],
    ["?", help],
    ["Escape", back],
  ]);
}

function tell(name: string, detail?: unknown): void {
  window.dispatchEvent(new CustomEvent(name, { detail }));
}
