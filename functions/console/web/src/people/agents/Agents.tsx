import {
  ActionIcon,
  Badge,
  Group,
  Progress,
  Select,
  Switch,
  Table,
  Text,
  TextInput,
  Tooltip,
} from "@mantine/core";
import { IconPencil, IconSearch, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../../api/client";
import type { Agent } from "../../api/desk";
import { keys } from "../../api/queries";
import { useMe } from "../../session/session";
import { Empty } from "../../shell/states";
import { relative } from "../../time/intl";
import { useNow } from "../../time/useNow";
import { optionsOf, useChange } from "../changes";
import { Listing } from "../Listing";
import { useAgents, useBranches } from "../lists";
import classes from "../People.module.css";
import { Toolbar } from "../Toolbar";
import { AgentForm } from "./AgentForm";

const COLUMNS = ["agent", "state", "load", "tickets", "department", "branch", "skills", "seniority"];
const SHOWN_SKILLS = 3;

export function Agents() {
  const { t } = useTranslation(["people", "page"]);
  const { can } = useMe();
  const query = useAgents();
  const branches = useBranches().data ?? [];
  const [words, setWords] = useState("");
  const [branch, setBranch] = useState<string | null>(null);
  const [edited, setEdited] = useState<Agent | "new" | null>(null);
  const manages = can("agents:manage");
  const all = query.data?.length === 0;

  return (
    <>
      <Toolbar add={manages ? { label: t("agents.new"), open: () => setEdited("new") } : null}>
        <TextInput
          size="xs"
          w={260}
          aria-label={t("agents.search")}
          placeholder={t("agents.search")}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        {branches.length > 1 && (
          <Select
            size="xs"
            w={180}
            aria-label={t("page:branch")}
            placeholder={t("page:allBranches")}
            data={optionsOf(branches)}
            value={branch}
            onChange={setBranch}
            clearable
          />
        )}
      </Toolbar>
      <Listing
        query={query}
        columns={[...COLUMNS.map((column) => t(`agents.columns.${column}`)), ...(manages ? [""] : [])]}
        only={(agent) =>
          matches(agent, words) && (branch === null || (agent.branch?.id ?? branch) === branch)
        }
        empty={
          <Empty
            icon={<IconUsers size={22} aria-hidden />}
            title={t(all ? "agents.empty.title" : "agents.empty.none")}
            hint={all ? t("agents.empty.hint") : undefined}
          />
        }
        row={(agent) => <Row key={agent.id} agent={agent} edit={manages ? () => setEdited(agent) : null} />}
      />
      {edited !== null && (
        <AgentForm agent={edited === "new" ? null : edited} close={() => setEdited(null)} />
      )}
    </>
  );
}

function Row({ agent, edit }: { agent: Agent; edit: (() => void) | null }) {
  const { t } = useTranslation("people");
  const more = agent.skills.slice(SHOWN_SKILLS);
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={550}>
          {agent.name}
        </Text>
        <Text size="xs" c="dimmed">
          {agent.email}
        </Text>
      </Table.Td>
      <Table.Td>
        <State agent={agent} change={edit !== null} />
      </Table.Td>
      <Table.Td>
        <Load agent={agent} />
      </Table.Td>
      <Table.Td style={{ whiteSpace: "nowrap" }}>
        {t("agents.load", { held: agent.open_tickets, max: agent.max_tickets })}
      </Table.Td>
      <Table.Td>{agent.department.name}</Table.Td>
      <Table.Td>{agent.branch?.name ?? t("agents.allBranches")}</Table.Td>
      <Table.Td>
        <Group gap={4}>
          {agent.skills.slice(0, SHOWN_SKILLS).map((skill) => (
            <Badge
              key={skill}
              className={classes.badge}
              variant="light"
              color="gray"
              tt="none"
              fw={500}
              size="sm"
            >
              {skill}
            </Badge>
          ))}
          {more.length > 0 && (
            <Tooltip label={more.join(", ")}>
              <Badge className={classes.badge} variant="light" color="gray" size="sm">
                +{more.length}
              </Badge>
            </Tooltip>
          )}
        </Group>
      </Table.Td>
      <Table.Td>{agent.seniority}</Table.Td>
      {edit !== null && (
        <Table.Td>
          <ActionIcon aria-label={t("agents.edit", { name: agent.name })} onClick={edit}>
            <IconPencil size={16} aria-hidden />
          </ActionIcon>
        </Table.Td>
      )}
    </Table.Tr>
  );
}

/** Available, away or not there; who manages agents sets them available or away. */
function State({ agent, change }: { agent: Agent; change: boolean }) {
  const { t, i18n } = useTranslation("people");
  const now = useNow();
  const put = useChange({
    call: (available: boolean) =>
      answer(
        api.PATCH("/api/agents/{agent_id}", {
          params: { path: { agent_id: agent.id } },
          body: { available },
        }),
      ),
    stale: [keys.agents, keys.dashboard],
  });
  const state = !agent.online ? "offline" : agent.available ? "available" : "away";
  const seen = agent.seen_at === null ? null : relative(agent.seen_at, now, i18n.language);
  return (
    <Group gap={8} wrap="nowrap">
      <Tooltip label={t("agents.seen", { when: seen })} disabled={seen === null}>
        <Group gap={6} wrap="nowrap">
          <span className={classes.dot} data-state={state} />
          <Text size="sm" style={{ whiteSpace: "nowrap" }}>
            {t(`state.${state}`)}
          </Text>
        </Group>
      </Tooltip>
      {change && (
        <Switch
          size="xs"
          aria-label={t("agents.setAvailable", { name: agent.name })}
          checked={put.isPending ? put.variables : agent.available}
          onChange={(event) => put.mutate(event.currentTarget.checked)}
        />
      )}
    </Group>
  );
}

function Load({ agent }: { agent: Agent }) {
  const { t } = useTranslation("people");
  const held = agent.open_conversations;
  const max = agent.max_conversations;
  return (
    <Group gap={8} wrap="nowrap">
      <Progress
        w={70}
        size={7}
        value={Math.min(100, (100 * held) / Math.max(1, max))}
        color={held >= max ? "orange.6" : "teal.6"}
        aria-label={t("agents.loadOf", { name: agent.name, held, max })}
      />
      <Text size="xs" aria-hidden>
        {held}/{max}
      </Text>
    </Group>
  );
}

function matches(agent: Agent, words: string): boolean {
  const text = [agent.name, agent.email, ...agent.skills].join(" ").toLocaleLowerCase();
  return text.includes(words.trim().toLocaleLowerCase());
}
