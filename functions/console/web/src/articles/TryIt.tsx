import {
  ActionIcon,
  Alert,
  Anchor,
  Button,
  Group,
  Progress,
  Select,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconArrowLeft, IconMessageCheck, IconUserShare } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { problemText } from "../api/words";
import type { ArticleLanguage, Trial } from "../api/desk";
import { useFormats } from "../page/formats";
import { Page } from "../page/Page";
import { useTrial } from "./queries";

export function TryPage() {
  const { t } = useTranslation(["articles", "page"]);
  return (
    <Page
      narrow
      title={t("try.title")}
      subtitle={t("try.hint")}
      before={
        <ActionIcon component={Link} to="/articles" hiddenFrom="md" aria-label={t("page:back")}>
          <IconArrowLeft size={18} aria-hidden />
        </ActionIcon>
      }
    >
      <TryIt />
    </Page>
  );
}

/** A question as a customer would ask it, and what the bot would do with it. */
export function TryIt({ language }: { language?: string }) {
  const { t, i18n } = useTranslation(["articles", "page"]);
  const trial = useTrial();
  const form = useForm({
    initialValues: { question: "", language: language ?? i18n.language },
    validate: { question: (value) => (value.trim() === "" ? t("page:required") : null) },
  });
  return (
    <Stack>
      <form
        onSubmit={form.onSubmit((values) =>
          trial.mutate({ question: values.question.trim(), language: values.language as ArticleLanguage }),
        )}
      >
        <Group align="flex-end" gap="xs">
          <TextInput
            label={t("try.question")}
            flex={1}
            miw={220}
            maxLength={1000}
            data-autofocus
            {...form.getInputProps("question")}
          />
          <Select
            label={t("page:language")}
            w={120}
            allowDeselect={false}
            data={["es", "en", "pt"].map((value) => ({ value, label: t(`page:languages.${value}`) }))}
            {...form.getInputProps("language")}
          />
          <Button type="submit" loading={trial.isPending}>
            {t("try.ask")}
          </Button>
        </Group>
      </form>
      <div aria-live="polite">
        {trial.isError && <Alert color="red">{problemText(trial.error)}</Alert>}
        {trial.data !== undefined && <Outcome trial={trial.data} />}
      </div>
    </Stack>
  );
}

function Outcome({ trial }: { trial: Trial }) {
  const { t } = useTranslation("articles");
  const { percent } = useFormats();
  const answers = trial.would === "answer";
  return (
    <Stack gap="sm">
      <Alert
        color={answers ? "teal" : "yellow"}
        icon={answers ? <IconMessageCheck size={18} aria-hidden /> : <IconUserShare size={18} aria-hidden />}
        title={t(`try.${trial.would}`)}
      >
        {trial.reason === "answered"
          ? trial.found[0]?.title
          : t(`try.reasons.${trial.reason}`, { defaultValue: trial.reason })}
      </Alert>
      <Text size="sm" fw={550}>
        {trial.found.length === 0 ? t("try.none") : t("try.found")}
      </Text>
      {trial.found.map(({ article_id, title, confidence }, place) => (
        <div key={article_id}>
          <Group justify="space-between" wrap="nowrap" gap="xs">
            <Anchor size="sm" component={Link} to={`/articles/${article_id}`} truncate>
              {title}
            </Anchor>
            <Text size="xs">{t("try.confidence", { confidence: percent(confidence) })}</Text>
          </Group>
          <Progress
            value={100 * confidence}
            size={6}
            mt={4}
            color={trial.reason === "answered" && place === 0 ? "teal.6" : "gray.5"}
            aria-hidden
          />
        </div>
      ))}
    </Stack>
  );
}
