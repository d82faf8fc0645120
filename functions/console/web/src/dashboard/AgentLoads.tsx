import { Progress, Text, Tooltip } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Dashboard } from "../api/desk";
import { Empty } from "../shell/states";
import classes from "./Dashboard.module.css";

type Load = Dashboard["agents"][number];

export function AgentLoads({ agents }: { agents: Load[] }) {
  const { t } = useTranslation("dashboard");
  if (agents.length === 0) {
    return (
      <Empty icon={<IconUsers size={22} aria-hidden />} title={t("agentsNone")} hint={t("agentsHint")} />
    );
  }
  return agents.map((load) => <AgentLoad key={load.agent.id} load={load} />);
}

function AgentLoad({ load }: { load: Load }) {
  const { t } = useTranslation("dashboard");
  const { agent, conversations: held, max_conversations: max, tickets } = load;
  const state = stateOf(load);
  return (
    <div className={classes.row}>
      <Tooltip label={t(`present.${state}`)}>
        <span className={classes.dot} data-state={state} role="img" aria-label={t(`present.${state}`)} />
      </Tooltip>
      <Text size="sm" truncate flex={1}>
        {agent.name}
      </Text>
      <Progress
        w={90}
        size={8}
        value={Math.min(100, (100 * held) / Math.max(1, max))}
        color={held >= max ? "orange.6" : "teal.6"}
        aria-label={t("agentLoad", { name: agent.name, held, max })}
      />
      <Text size="xs" w={34} ta="right" aria-hidden>
        {held}/{max}
      </Text>
      <Text size="xs" c="dimmed" w={58} ta="right" style={{ whiteSpace: "nowrap" }}>
        {t("agentTickets", { count: tickets })}
      </Text>
    </div>
  );
}

/** Available is who wants conversations and is there to answer them. */
function stateOf({ available, online }: Load): "available" | "away" | "offline" {
  if (!online) return "offline";
  return available ? "available" : "away";
}
