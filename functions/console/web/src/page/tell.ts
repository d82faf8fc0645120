import { notifications } from "@mantine/notifications";
import { problemText } from "../api/words";

/** A short word that something was done. */
export function tellDone(message: string): void {
  notifications.show({ color: "teal", message });
}

/** Why something could not be done. */
export function tellFailure(error: unknown): void {
  tellRefusal(problemText(error));
}

/** The same in words that are already found. */
export function tellRefusal(message: string): void {
  notifications.show({ color: "red", message, autoClose: 8000 });
}
