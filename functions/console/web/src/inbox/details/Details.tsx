import { ActionIcon, Group, Title } from "@mantine/core";
import { IconArrowLeft, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "../../api/contract";
import classes from "../Inbox.module.css";
import { VehicleSection } from "../pictures/VehicleSection";
import { CustomerSection } from "./CustomerSection";
import type { DialogName } from "../ownership/dialogs";
import type { Ownership } from "../ownership/useOwnership";
import { HandlingSection } from "./HandlingSection";
import { HistorySection } from "./HistorySection";
import { SalesSection } from "./SalesSection";
import { SummarySection } from "./SummarySection";
import { TicketSection } from "./TicketSection";

interface Props {
  conversation: Conversation;
  ownership: Ownership;
  ask: (dialog: DialogName) => void;
  onClose: () => void;
}

/** The right column: who the customer is, what they want, and where their matter stands. */
export function Details({ conversation, ownership, ask, onClose }: Props) {
  const { t } = useTranslation("inbox");
  return (
    <aside className={classes.details} aria-label={t("details.label")}>
      <Group className={classes.detailsHead} justify="space-between" wrap="nowrap">
        <ActionIcon className={classes.onNarrow} onClick={onClose} aria-label={t("shell:back")}>
          <IconArrowLeft size={18} aria-hidden />
        </ActionIcon>
        <Title order={2} fz="md" flex={1}>
          {t("details.label")}
        </Title>
        <ActionIcon className={classes.onWide} onClick={onClose} aria-label={t("details.close")}>
          <IconX size={16} aria-hidden />
        </ActionIcon>
      </Group>
      <div className={classes.detailsBody}>
        <HandlingSection conversation={conversation} ownership={ownership} ask={ask} />
        <CustomerSection conversation={conversation} />
        <VehicleSection conversation={conversation.id} />
        <SalesSection conversation={conversation.id} />
        <SummarySection conversation={conversation} />
        <TicketSection conversation={conversation} />
        <HistorySection conversation={conversation} />
      </div>
    </aside>
  );
}
