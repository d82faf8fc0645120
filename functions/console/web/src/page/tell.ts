import { notifications } from "@mantine/notifications";
import { problemText } from "../api/words";

/** A short word that something was done. */
export function tellDone(message: string): void {
  notifications.show({ color: "teal", message });
}

/** Why something could not be done. */
export function tellFailure(error: unknown): void {
  notifications.show({ color: "red", message: problemText(error), autoClose: 8000 });
}
