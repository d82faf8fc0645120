import { Group, NumberInput, Select, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { answer, api } from "../../api/client";
import type { Agent } from "../../api/desk";
import { keys } from "../../api/queries";
import { besideFields, optionsOf, useChange, useNeeded } from "../changes";
import { FormModal } from "../FormModal";
import { useAgents, useBranches, useDepartments } from "../lists";

const NOBODY = {
  name: "",
  email: "",
  department_id: null as string | null,
  branch_id: null as string | null,
  seniority: 1,
  max_conversations: 5,
  max_tickets: 5,
  skills: [] as string[],
  supervisor_id: null as string | null,
  language: "es",
};
type Values = typeof NOBODY;

/** An agent as they are, or a new one. */
function valuesOf(agent: Agent | null): Values {
  if (agent === null) return NOBODY;
  const { name, email, seniority, max_conversations, max_tickets, skills, supervisor_id, language } = agent;
  return {
    ...{ name, email, seniority, max_conversations, max_tickets, skills, supervisor_id, language },
    department_id: agent.department.id,
    branch_id: agent.branch?.id ?? null,
  };
}

export function AgentForm({ agent, close }: { agent: Agent | null; close: () => void }) {
  const { t } = useTranslation(["people", "page"]);
  const agents = useAgents().data ?? [];
  const branches = useBranches().data ?? [];
  const departments = useDepartments().data ?? [];
  const needed = useNeeded();
  const form = useForm<Values>({
    initialValues: valuesOf(agent),
    validate: { name: needed, email: needed, department_id: needed },
  });
  const save = useChange({
    call: ({ department_id, ...values }: Values) =>
      put(agent, { ...values, department_id: department_id ?? "" }),
    stale: [keys.agents, keys.dashboard],
    said: t(agent === null ? "agents.created" : "agents.saved"),
  });
  return (
    <FormModal
      title={agent === null ? t("agents.new") : t("agents.edit", { name: agent.name })}
      busy={save.isPending}
      close={close}
      submit={form.onSubmit((values) =>
        save.mutate(values, { onSuccess: close, onError: besideFields(form.setErrors) }),
      )}
    >
      <TextInput label={t("agents.form.name")} withAsterisk data-autofocus {...form.getInputProps("name")} />
      <TextInput
        label={t("agents.form.email")}
        description={t("agents.form.emailHint")}
        type="email"
        withAsterisk
        {...form.getInputProps("email")}
      />
      <Group grow align="flex-start">
        <Select
          label={t("agents.form.department")}
          withAsterisk
          data={optionsOf(departments)}
          {...form.getInputProps("department_id")}
        />
        <Select
          label={t("agents.form.branch")}
          placeholder={t("agents.allBranches")}
          data={optionsOf(branches)}
          clearable
          {...form.getInputProps("branch_id")}
        />
      </Group>
      <Group grow align="flex-end">
        <NumberInput
          label={t("agents.form.maxConversations")}
          min={0}
          max={100}
          {...form.getInputProps("max_conversations")}
        />
        <NumberInput
          label={t("agents.form.maxTickets")}
          min={0}
          max={100}
          {...form.getInputProps("max_tickets")}
        />
        <NumberInput
          label={t("agents.form.seniority")}
          min={1}
          max={5}
          {...form.getInputProps("seniority")}
        />
      </Group>
      <TagsInput
        label={t("agents.form.skills")}
        description={t("agents.form.skillsHint")}
        data={[...new Set(agents.flatMap(({ skills }) => skills))]}
        {...form.getInputProps("skills")}
      />
      <Group grow>
        <Select
          label={t("agents.form.supervisor")}
          data={optionsOf(agents.filter(({ id }) => id !== agent?.id))}
          clearable
          searchable
          {...form.getInputProps("supervisor_id")}
        />
        <Select
          label={t("agents.form.language")}
          data={["es", "en", "pt"].map((value) => ({ value, label: t(`page:languages.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("language")}
        />
      </Group>
    </FormModal>
  );
}

function put(agent: Agent | null, body: Values & { department_id: string }): Promise<Agent> {
  if (agent === null) return answer(api.POST("/api/agents", { body }));
  return answer(api.PATCH("/api/agents/{agent_id}", { params: { path: { agent_id: agent.id } }, body }));
}
