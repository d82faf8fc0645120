import {
  IconArrowsExchange,
  IconCheckbox,
  IconHandStop,
  IconLogout2,
  IconReceipt2,
  IconRobot,
  IconUrgent,
  type TablerIcon,
} from "@tabler/icons-react";
import type { DialogName } from "./dialogs";
import type { Ownership } from "./useOwnership";

/** Something that can be done about a conversation now, by whoever looks at it. */
export interface Deed {
  /** Its name among the texts of `actions`. */
  name: "take" | "takeOver" | "giveToBot" | "release" | "transfer" | "quote" | "escalate" | "close";
  Icon: TablerIcon;
  act: () => void;
}

/** What can be done now, what is done most first; `ask` opens the dialog of a deed that needs one. */
export function deedsOf(ownership: Ownership, ask: (dialog: DialogName) => void): Deed[] {
  const may = ownership;
  const all: (Deed & { may: boolean })[] = [
    { name: may.held ? "takeOver" : "take", Icon: IconHandStop, act: may.take, may: may.mayTake },
    { name: "giveToBot", Icon: IconRobot, act: may.giveToBot, may: may.mayGiveToBot },
    { name: "release", Icon: IconLogout2, act: may.release, may: may.mayRelease },
    { name: "transfer", Icon: IconArrowsExchange, act: () => ask("transfer"), may: may.mayTransfer },
    { name: "quote", Icon: IconReceipt2, act: () => ask("quote"), may: may.mayQuote },
    { name: "escalate", Icon: IconUrgent, act: () => ask("escalate"), may: may.mayEscalate },
    { name: "close", Icon: IconCheckbox, act: () => ask("close"), may: may.mayClose },
  ];
  return all.filter((deed) => deed.may);
}
