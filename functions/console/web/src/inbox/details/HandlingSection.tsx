import { Button, Group, Progress } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Conversation } from "../../api/contract";
import { Countdown } from "../../time/Times";
import { useNow } from "../../time/useNow";
import classes from "../Inbox.module.css";
import { deedsOf } from "../ownership/deeds";
import type { DialogName } from "../ownership/dialogs";
import { OwnerBadge } from "../ownership/OwnerBadge";
import type { Ownership } from "../ownership/useOwnership";
import { Fact, Section } from "./Section";

interface Props {
  conversation: Conversation;
  ownership: Ownership;
  ask: (dialog: DialogName) => void;
}

/** Who attends, for how long still, and what can be done about it. */
export function HandlingSection({ conversation, ownership, ask }: Props) {
  const { t } = useTranslation("inbox");
  const { owner, state, window_until: window } = conversation;
  const open = state === "open";
  return (
    <Section title={t("handling.title")} aside={<OwnerBadge owner={owner} state={state} />}>
      {open && owner.hold_until !== null && <Hold since={owner.since} until={owner.hold_until} />}
      <dl className={classes.facts}>
        <Fact name={t("handling.window")}>{open && window !== null && <Countdown until={window} />}</Fact>
      </dl>
      <Group gap={6}>
        {deedsOf(ownership, ask).map(({ name, Icon, act }) => (
          <Button
            key={name}
            size="compact-xs"
            variant="default"
            onClick={act}
            leftSection={<Icon size={14} aria-hidden />}
          >
            {t(`actions.${name}`)}
          </Button>
        ))}
      </Group>
    </Section>
  );
}

/** The five minutes, running out. */
function Hold({ since, until }: { since: string; until: string }) {
  const { t } = useTranslation("inbox");
  const now = useNow("second");
  const whole = Date.parse(until) - Date.parse(since);
  const left = Math.max(0, Date.parse(until) - now);
  return (
    <div title={t("owner.holdWhy")}>
      <dl className={classes.facts}>
        <Fact name={t("handling.hold")}>
          <Countdown until={until} />
        </Fact>
      </dl>
      <Progress
        value={whole > 0 ? (left / whole) * 100 : 0}
        color={left < 60_000 ? "orange" : "teal"}
        size="sm"
        mb={8}
        aria-label={t("handling.hold")}
      />
    </div>
  );
}
