import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Conversation } from "../../api/contract";
import { usePresence } from "../../realtime/useLive";
import { useMe } from "../../session/session";
import classes from "../Inbox.module.css";

/** Who types at this moment: the customer, where the channel tells, or a colleague. */
export function TypingLine({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("inbox");
  const { me } = useMe();
  const typing = usePresence(conversation.id).filter(
    (one) => one.state === "typing" && (one.who === "customer" || one.user?.id !== me.id),
  );
  return (
    <div className={classes.typingLine} aria-live="polite">
      {typing.map((one) => (
        <Text key={one.user?.id ?? "customer"} size="xs" c="dimmed">
          {t("typing.named", { name: one.user?.name ?? conversation.customer.name })}
        </Text>
      ))}
    </div>
  );
}
