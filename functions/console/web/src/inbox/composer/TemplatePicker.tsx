import {
  Alert,
  Button,
  Group,
  Modal,
  NavLink,
  Paper,
  ScrollArea,
  Skeleton,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { IconArrowLeft, IconTemplateOff } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation, Template } from "../../api/contract";
import { Empty, FailedToLoad } from "../../shell/states";
import { useTemplates } from "../queries";

interface Props {
  conversation: Conversation;
  onClose: () => void;
  onSend: (template: { id: string; parameters: string[] }, shown: string) => void;
}

/** The approved templates of the number: choose one, fill it in, see it, send it. */
export function TemplatePicker({ conversation, onClose, onSend }: Props) {
  const { t } = useTranslation("inbox");
  const [chosen, setChosen] = useState<Template | null>(null);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("templates.title")}
      closeButtonProps={{ "aria-label": t("shell:close") }}
    >
      {chosen === null ? (
        <Choice account={conversation.account.id} language={conversation.language} onChoose={setChosen} />
      ) : (
        <Filling
          template={chosen}
          customer={conversation.customer.name}
          onBack={() => setChosen(null)}
          onSend={onSend}
        />
      )}
    </Modal>
  );
}

interface ChoiceProps {
  account: string;
  language: string | null;
  onChoose: (template: Template) => void;
}

function Choice({ account, language, onChoose }: ChoiceProps) {
  const { t } = useTranslation("inbox");
  const templates = useTemplates(account);
  const [q, setQ] = useState("");
  if (templates.isPending) return <Skeleton height={160} />;
  if (templates.isError)
    return <FailedToLoad error={templates.error} retry={() => void templates.refetch()} />;
  const own = (template: Template) => (template.language.slice(0, 2) === language?.slice(0, 2) ? 0 : 1);
  const found = templates.data.items
    .filter((one) => `${one.name} ${one.body}`.toLowerCase().includes(q.toLowerCase()))
    .sort((a, b) => own(a) - own(b) || a.name.localeCompare(b.name));
  if (templates.data.items.length === 0)
    return (
      <Empty
        icon={<IconTemplateOff size={20} aria-hidden />}
        title={t("templates.none")}
        hint={t("templates.noneHint")}
      />
    );
  return (
    <Stack gap="xs">
      <TextInput
        data-autofocus
        aria-label={t("templates.search")}
        placeholder={t("templates.search")}
        value={q}
        onChange={(event) => setQ(event.currentTarget.value)}
      />
      <ScrollArea.Autosize mah={360}>
        {found.map((template) => (
          <NavLink
            key={template.id}
            component="button"
            label={`${template.name} · ${template.language}`}
            description={template.body}
            onClick={() => onChoose(template)}
          />
        ))}
      </ScrollArea.Autosize>
    </Stack>
  );
}

interface FillingProps {
  template: Template;
  customer: string;
  onBack: () => void;
  onSend: Props["onSend"];
}

function Filling({ template, customer, onBack, onSend }: FillingProps) {
  const { t } = useTranslation("inbox");
  // The first place of most templates is the customer's first name.
  const [values, setValues] = useState(() =>
    Array.from({ length: template.parameters }, (_, index) =>
      index === 0 ? (customer.split(" ")[0] ?? "") : "",
    ),
  );
  const shown = filled(template.body, values);
  const ready = values.every((value) => value.trim() !== "");

  function submit(event: FormEvent) {
    event.preventDefault();
    if (ready) onSend({ id: template.id, parameters: values.map((value) => value.trim()) }, shown);
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {values.map((value, index) => (
          <TextInput
            key={index}
            required
            data-autofocus={index === 0 || undefined}
            label={t("templates.parameter", { number: index + 1 })}
            value={value}
            onChange={(event) => setValues(values.with(index, event.currentTarget.value))}
          />
        ))}
        <div>
          <Text size="xs" c="dimmed" mb={4}>
            {t("templates.preview")}
          </Text>
          <Paper withBorder p="sm" radius="md">
            <Text size="sm" style={{ whiteSpace: "pre-wrap" }}>
              {shown}
            </Text>
          </Paper>
        </div>
        {template.category?.toLowerCase() === "marketing" && (
          <Alert color="yellow">{t("templates.marketing")}</Alert>
        )}
        <Group justify="space-between">
          <Button
            variant="subtle"
            color="gray"
            onClick={onBack}
            leftSection={<IconArrowLeft size={14} aria-hidden />}
          >
            {t("templates.others")}
          </Button>
          <Button type="submit" disabled={!ready}>
            {t("templates.send")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function filled(body: string, values: string[]): string {
  return body.replace(/\{\{(\d+)\}\}/g, (place, number: string) => values[Number(number) - 1] || place);
}
