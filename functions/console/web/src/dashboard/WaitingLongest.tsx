import { Text } from "@mantine/core";
import { IconClockCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Dashboard } from "../api/desk";
import { useBranches } from "../people/lists";
import { Empty } from "../shell/states";
import { Elapsed } from "../time/Times";
import classes from "./Dashboard.module.css";

export function WaitingLongest({ waiting }: { waiting: Dashboard["waiting"] }) {
  const { t } = useTranslation("dashboard");
  const branches = useBranches().data ?? [];
  if (waiting.length === 0) {
    return (
      <Empty
        icon={<IconClockCheck size={22} aria-hidden />}
        title={t("waitingNone")}
        hint={t("waitingHint")}
      />
    );
  }
  return waiting.map(({ conversation_id, customer, since, branch_id }) => (
    <Link key={conversation_id} to={`/inbox/${conversation_id}`} className={classes.row}>
      <Text size="sm" truncate flex={1}>
        {customer}
        <Text span size="xs" c="dimmed">
          {branch_id !== null && ` · ${branches.find(({ id }) => id === branch_id)?.name ?? ""}`}
        </Text>
      </Text>
      <Text size="sm" fw={550} style={{ whiteSpace: "nowrap" }}>
        <Elapsed since={since} />
      </Text>
    </Link>
  ));
}
