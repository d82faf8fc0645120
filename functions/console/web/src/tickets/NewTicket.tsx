import {
  Button,
  Group,
  Modal,
  SegmentedControl,
  Select,
  Stack,
  TagsInput,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../api/client";
import type { TicketSource } from "../api/desk";
import type { TicketIn } from "../api/desk";
import { tellDone, tellFailure } from "../page/tell";
import { useBranches } from "../people/lists";
import { useOpenTicket } from "./queries";
import { useChoices } from "./words";

const BY_HAND = ["phone", "email", "web", "chat"];
const NOTHING = {
  subject: "",
  description: "",
  by: "phone",
  email: "",
  phone: "",
  name: "",
  category: "general",
  source: "phone",
  branch: null as string | null,
  tags: [] as string[],
};
type Values = typeof NOTHING;

interface Props {
  opened: boolean;
  close: () => void;
  created: (id: string) => void;
}

/** A ticket somebody writes down for a customer. */
export function NewTicket({ opened, close, created }: Props) {
  const { t } = useTranslation(["tickets", "page", "shell"]);
  const choices = useChoices();
  const branches = useBranches().data ?? [];
  const open = useOpenTicket();
  const needed = (value: string) => (value.trim() === "" ? t("page:required") : null);
  const form = useForm<Values>({
    initialValues: NOTHING,
    validate: {
      subject: needed,
      description: needed,
      email: (value, { by }) => (by === "email" ? needed(value) : null),
      phone: (value, { by }) => (by === "phone" ? needed(value) : null),
    },
  });

  function create(values: Values) {
    open.mutate(asked(values), {
      onSuccess: (ticket) => {
        tellDone(t("form.created"));
        form.reset();
        close();
        created(ticket.id);
      },
      onError: (error) => {
        if (error instanceof ApiProblem && Object.keys(error.fields).length > 0) form.setErrors(error.fields);
        else tellFailure(error);
      },
    });
  }

  return (
    <Modal opened={opened} onClose={close} title={t("new")} size="lg">
      <form onSubmit={form.onSubmit(create)}>
        <Stack gap="sm">
          <TextInput
            label={t("form.subject")}
            withAsterisk
            data-autofocus
            {...form.getInputProps("subject")}
          />
          <Textarea
            label={t("form.description")}
            withAsterisk
            autosize
            minRows={3}
            maxRows={10}
            {...form.getInputProps("description")}
          />
          <Group grow align="flex-start">
            <Stack gap={6}>
              <SegmentedControl
                size="xs"
                aria-label={t("form.customerBy")}
                data={[
                  { value: "phone", label: t("form.byPhone") },
                  { value: "email", label: t("form.byEmail") },
                ]}
                {...form.getInputProps("by")}
              />
              {form.values.by === "phone" ? (
                <TextInput
                  label={t("form.phone")}
                  description={t("form.phoneHint")}
                  type="tel"
                  withAsterisk
                  {...form.getInputProps("phone")}
                />
              ) : (
                <TextInput
                  label={t("form.email")}
                  type="email"
                  withAsterisk
                  {...form.getInputProps("email")}
                />
              )}
            </Stack>
          </Group>
          <TextInput
            label={t("form.name")}
            description={t("form.nameHint")}
            {...form.getInputProps("name")}
          />
          <Group grow>
            <Select
              label={t("form.category")}
              data={choices.category}
              allowDeselect={false}
              {...form.getInputProps("category")}
            />
            <Select
              label={t("form.source")}
              data={choices.source.filter(({ value }) => BY_HAND.includes(value))}
              allowDeselect={false}
              {...form.getInputProps("source")}
            />
          </Group>
          {branches.length > 0 && (
            <Select
              label={t("form.branch")}
              data={branches.map(({ id, name }) => ({ value: id, label: name }))}
              clearable
              {...form.getInputProps("branch")}
            />
          )}
          <TagsInput
            label={t("form.tags")}
            description={t("form.tagsHint")}
            maxTags={20}
            {...form.getInputProps("tags")}
          />
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={close}>
              {t("shell:cancel")}
            </Button>
            <Button type="submit" loading={open.isPending}>
              {t("form.create")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function asked({
  subject,
  description,
  by,
  email,
  phone,
  name,
  category,
  source,
  branch,
  tags,
}: Values): TicketIn {
  return {
    subject: subject.trim(),
    description: description.trim(),
    customer: {
      ...(by === "phone" ? { phone: phone.trim() } : { email: email.trim() }),
      ...(name.trim() === "" ? {} : { name: name.trim() }),
    },
    category,
    source: source as TicketSource,
    ...(branch === null ? {} : { branch_id: branch }),
    tags,
  };
}
