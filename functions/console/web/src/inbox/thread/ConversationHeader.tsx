import { ActionIcon, Box, Button, Group, Menu, Text, Title, Tooltip } from "@mantine/core";
import { IconArrowLeft, IconDots, IconInfoCircle, IconLayoutSidebarRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "../../api/contract";
import { ChannelIcon } from "../channels";
import classes from "../Inbox.module.css";
import { type Deed, deedsOf } from "../ownership/deeds";
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
  const deeds = deedsOf(ownership, ask);
  // What one does all day is in sight; the rest is one click away.
  const first = deeds.filter(
    ({ name }) => name === "take" || name === "takeOver" || (name === "giveToBot" && ownership.mine),
  );
  const more = deeds.filter((deed) => !first.includes(deed));
  return (
    <Group gap={6} wrap="nowrap">
      {first.map(({ name, Icon, act }) => (
        <Tooltip key={name} label={t(`actions.${name}Why`, { defaultValue: "" })}>
          <Button
            size="compact-sm"
            variant={name === "take" ? "filled" : "light"}
            color={name === "giveToBot" ? "violet" : undefined}
            loading={ownership.busy}
            onClick={act}
            leftSection={<Icon size={14} aria-hidden />}
          >
            {/* On a phone only its icon is seen: the customer's name needs the place. */}
            <span className={name === "take" ? undefined : classes.deedWord}>{t(`actions.${name}`)}</span>
          </Button>
        </Tooltip>
      ))}
      {more.length > 0 && <MoreActions deeds={more} />}
    </Group>
  );
}

function MoreActions({ deeds }: { deeds: Deed[] }) {
  const { t } = useTranslation("inbox");
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon aria-label={t("actions.more")}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {deeds.map(({ name, Icon, act }) => (
          <Menu.Item key={name} leftSection={<Icon size={16} aria-hidden />} onClick={act}>
            {t(`actions.${name}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
