import { ActionIcon, Button, Group, Paper, Select, Skeleton, Stack, TagsInput, Text } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormModal } from "../people/FormModal";
import { tellDone, tellFailure } from "../page/tell";
import { useSettings, useChangeSetting } from "../settings/company/queries";
import { FailedToLoad } from "../shell/states";
import { type Scale, type Subscription, scheduledScalesOf } from "./asking";
import { KINDS, type ReportKind } from "./queries";

const KEY = "reports.subscriptions";
const FRESH: Subscription = { kind: "weekly", scale: "week", language: "es", recipients: [], filters: {} };

/** Which reports come by themselves, and to whom. */
export function Subscriptions({ close }: { close: () => void }) {
  const { t } = useTranslation("reports");
  const { data, error, refetch } = useSettings();
  const kept = data?.find(({ key }) => key === KEY)?.value as Subscription[] | undefined;
  if (kept === undefined) {
    return (
      <FormModal title={t("scheduled.title")} busy close={close} submit={(event) => event?.preventDefault()}>
        {error === null ? <Skeleton h={220} /> : <FailedToLoad error={error} retry={() => void refetch()} />}
      </FormModal>
    );
  }
  return <Editor kept={kept} close={close} />;
}

function Editor({ kept, close }: { kept: Subscription[]; close: () => void }) {
  const { t } = useTranslation(["reports", "page"]);
  const [list, setList] = useState(kept);
  const change = useChangeSetting();

  function put(place: number, part: Partial<Subscription>) {
    setList((before) => before.map((each, n) => (n === place ? { ...each, ...part } : each)));
  }

  return (
    <FormModal
      title={t("scheduled.title")}
      busy={change.isPending}
      close={close}
      submit={(event) => {
        event?.preventDefault();
        change.mutate(
          { key: KEY, value: list },
          {
            onSuccess: () => {
              tellDone(t("page:saved"));
              close();
            },
            onError: tellFailure,
          },
        );
      }}
    >
      <Text size="sm" c="dimmed">
        {t("scheduled.hint")}
      </Text>
      {list.map((each, place) => (
        <One
          key={place}
          subscription={each}
          put={(part) => put(place, part)}
          remove={() => setList((before) => before.filter((_, n) => n !== place))}
        />
      ))}
      {list.length === 0 && <Text size="sm">{t("scheduled.none")}</Text>}
      <Group>
        <Button
          size="compact-sm"
          variant="light"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => setList((before) => [...before, FRESH])}
        >
          {t("scheduled.add")}
        </Button>
      </Group>
    </FormModal>
  );
}

interface OneProps {
  subscription: Subscription;
  put: (part: Partial<Subscription>) => void;
  remove: () => void;
}

function One({ subscription, put, remove }: OneProps) {
  const { t } = useTranslation(["reports", "page"]);
  const { kind, scale, language, recipients } = subscription;
  // One by problem needs its problems, which are chosen where reports are asked for.
  const kinds = KINDS.filter((each) => each !== "problem" || kind === "problem");
  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <Group gap="xs" align="flex-end">
          <Select
            size="xs"
            flex="1 1 118px"
            label={t("kind")}
            data={kinds.map((value) => ({ value, label: t(`kinds.${value}`) }))}
            allowDeselect={false}
            value={kind}
            onChange={(value) => {
              const chosen = value as ReportKind;
              put({ kind: chosen, scale: scheduledScalesOf(chosen)[0] });
            }}
          />
          <Select
            size="xs"
            flex="1 1 118px"
            label={t("scheduled.every")}
            data={scheduledScalesOf(kind).map((value) => ({ value, label: t(`scheduled.scales.${value}`) }))}
            allowDeselect={false}
            value={scale}
            onChange={(value) => put({ scale: value as Scale })}
          />
          <Select
            size="xs"
            flex="1 1 104px"
            label={t("page:language")}
            data={["es", "en"].map((value) => ({ value, label: t(`page:languages.${value}`) }))}
            allowDeselect={false}
            value={language}
            onChange={(value) => put({ language: value as "es" | "en" })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            mb={3}
            aria-label={t("scheduled.remove", { kind: t(`kinds.${kind}`) })}
            onClick={remove}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
        <TagsInput
          size="xs"
          label={t("scheduled.recipients")}
          placeholder={
            recipients.length > 0
              ? undefined
              : t(kind === "executive" ? "scheduled.admins" : "scheduled.leads")
          }
          splitChars={[",", " ", ";"]}
          acceptValueOnBlur
          value={recipients}
          onChange={(addresses) => put({ recipients: addresses })}
        />
      </Stack>
    </Paper>
  );
}
