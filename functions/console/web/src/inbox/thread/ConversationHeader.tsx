import { ActionIcon, Box, Button, Group, Menu, Text, Title, Tooltip } from "@mantine/core";
import {
  IconArrowLeft,
  IconArrowsExchange,
  IconCheckbox,
  IconDots,
  IconHandStop,
  IconInfoCircle,
  IconLayoutSidebarRight,
  IconLogout2,
  IconReceipt2,
  IconRobot,
  IconUrgent,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "../../api/contract";
import { ChannelIcon } from "../channels";
import classes from "../Inbox.module.css";
import type { DialogName } from "../ownership/dialogs";
import { OwnerState } from "../ownership/OwnerState";
import type { Ownership } from "../ownership/useOwnership";
import { Viewers } from "./Viewers";

interface Props {
  conversation: Conversation;
  ownership: Ownership;
  ask: (dialog: DialogName) => void;
  onBack: () => void;
  onDetails: () => void;
}

export function ConversationHeader({ conversation, ownership, ask, onBack, onDetails }: Props) {
  const { t } = useTranslation("inbox");
  return (
    <header className={classes.head}>
      <ActionIcon hiddenFrom="sm" onClick={onBack} aria-label={t("shell:back")}>
        <IconArrowLeft size={18} aria-hidden />
      </ActionIcon>
      <div className={classes.headText}>
        <Group gap={6} wrap="nowrap">
          <ChannelIcon channel={conversation.channel} size={16} />
          <Title order={2} fz="md" className={classes.headName}>
            {conversation.customer.name}
          </Title>
          <Text size="xs" c="dimmed" truncate visibleFrom="sm">
            {conversation.branch?.name}
          </Text>
        </Group>
        <OwnerState conversation={conversation} />
      </div>
      <Box visibleFrom="xs">
        <Viewers conversation={conversation.id} />
      </Box>
      <Actions ownership={ownership} ask={ask} />
      <ActionIcon onClick={onDetails} aria-label={t("details.open")} className={classes.detailsButton}>
        <IconLayoutSidebarRight size={18} aria-hidden className={classes.onWide} />
        <IconInfoCircle size={18} aria-hidden className={classes.onNarrow} />
      </ActionIcon>
    </header>
  );
}

function Actions({ ownership, ask }: { ownership: Ownership; ask: (dialog: DialogName) => void }) {
  const { t } = useTranslation("inbox");
  const more = ownership.mayTransfer || ownership.mayClose || ownership.mayRelease;
  return (
    <Group gap={6} wrap="nowrap">
      {ownership.mayTake && (
        <Tooltip label={t(ownership.held ? "actions.takeOverWhy" : "actions.takeWhy")}>
          <Button
            size="compact-sm"
            variant={ownership.held ? "light" : "filled"}
            loading={ownership.busy}
            onClick={ownership.take}
            leftSection={<IconHandStop size={14} aria-hidden />}
          >
            {ownership.held ? <Word text={t("actions.takeOver")} /> : t("actions.take")}
          </Button>
        </Tooltip>
      )}
      {ownership.mine && ownership.mayGiveToBot && (
        <Tooltip label={t("actions.giveToBotWhy")}>
          <Button
            size="compact-sm"
            variant="light"
            color="violet"
            loading={ownership.busy}
            onClick={ownership.giveToBot}
            leftSection={<IconRobot size={14} aria-hidden />}
          >
            <Word text={t("actions.giveToBot")} />
          </Button>
        </Tooltip>
      )}
      {more && <MoreActions ownership={ownership} ask={ask} />}
    </Group>
  );
}

/** On a phone only its icon is seen: the customer's name needs the place. */
function Word({ text }: { text: string }) {
  return <span className={classes.deedWord}>{text}</span>;
}

function MoreActions({ ownership, ask }: { ownership: Ownership; ask: (dialog: DialogName) => void }) {
  const { t } = useTranslation("inbox");
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon aria-label={t("actions.more")}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {ownership.mayTransfer && (
          <Menu.Item
            leftSection={<IconArrowsExchange size={16} aria-hidden />}
            onClick={() => ask("transfer")}
          >
            {t("actions.transfer")}
          </Menu.Item>
        )}
        {ownership.mayRelease && (
          <Menu.Item leftSection={<IconLogout2 size={16} aria-hidden />} onClick={ownership.release}>
            {t("actions.release")}
          </Menu.Item>
        )}
        {!ownership.mine && ownership.mayGiveToBot && (
          <Menu.Item leftSection={<IconRobot size={16} aria-hidden />} onClick={ownership.giveToBot}>
            {t("actions.giveToBot")}
          </Menu.Item>
        )}
        {ownership.mayQuote && (
          <Menu.Item leftSection={<IconReceipt2 size={16} aria-hidden />} onClick={() => ask("quote")}>
            {t("actions.quote")}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconUrgent size={16} aria-hidden />} onClick={() => ask("escalate")}>
          {t("actions.escalate")}
        </Menu.Item>
        {ownership.mayClose && (
          <Menu.Item leftSection={<IconCheckbox size={16} aria-hidden />} onClick={() => ask("close")}>
            {t("actions.close")}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
