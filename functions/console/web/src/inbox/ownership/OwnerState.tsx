import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ConversationItem } from "../../api/contract";
import { Countdown, Elapsed } from "../../time/Times";
import { OwnerBadge } from "./OwnerBadge";
import classes from "../Inbox.module.css";

/** Who answers, for how long still, and who waits. */
export function OwnerState({ conversation }: { conversation: ConversationItem }) {
  const { t } = useTranslation("inbox");
  const { owner, state, waiting_since: waiting } = conversation;
  return (
    <span className={classes.ownerState}>
      <OwnerBadge owner={owner} state={state} />
      {state === "open" && owner.kind === "agent" && owner.hold_until !== null && (
        <Text span size="xs" c="dimmed" title={t("owner.holdWhy")}>
          {t("owner.hold")} <Countdown until={owner.hold_until} />
        </Text>
      )}
      {state === "open" && waiting !== null && (
        <Text span size="xs" c="orange" fw={500}>
          {t("owner.waits")} <Elapsed since={waiting} />
        </Text>
      )}
    </span>
  );
}
