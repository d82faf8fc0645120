import { Badge } from "@mantine/core";
import { IconLockCheck, IconRobot, IconUser, IconUserQuestion } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Owner } from "../../api/contract";
import { useMe } from "../../session/session";

/** Who answers this conversation. */
export function OwnerBadge({
  owner,
  state,
  size = "sm",
}: {
  owner: Owner;
  state: string;
  size?: "xs" | "sm";
}) {
  const { t } = useTranslation("inbox");
  const { me } = useMe();
  const common = { size, tt: "none" as const, fw: 500, variant: "light" as const, maw: 150 };
  if (state === "closed")
    return (
      <Badge {...common} color="gray" leftSection={<IconLockCheck size={12} aria-hidden />}>
        {t("owner.closed")}
      </Badge>
    );
  if (owner.kind === "bot")
    return (
      <Badge {...common} color="violet" leftSection={<IconRobot size={12} aria-hidden />}>
        {t("owner.bot")}
      </Badge>
    );
  if (owner.kind === "queue")
    return (
      <Badge {...common} color="orange" leftSection={<IconUserQuestion size={12} aria-hidden />}>
        {t("owner.queue")}
      </Badge>
    );
  const mine = me.agent !== null && owner.agent?.id === me.agent.id;
  return (
    <Badge {...common} color={mine ? "teal" : "blue"} leftSection={<IconUser size={12} aria-hidden />}>
      {mine ? t("owner.you") : owner.agent?.name}
    </Badge>
  );
}
