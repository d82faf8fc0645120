import { Alert, Button, PasswordInput, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client";
import { problemText } from "../api/words";
import { EntryCard } from "./EntryCard";
import { useSession } from "./session";

const SHORTEST = 10;

/** Where somebody lands who signed in with a password that was only meant for the first time. */
export default function PasswordPage() {
  const { t } = useTranslation("session");
  const { changed, signOut } = useSession();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useForm({
    initialValues: { current: "", fresh: "", repeated: "" },
    validate: {
      fresh: (value) => (value.length < SHORTEST ? t("tooShort", { count: SHORTEST }) : null),
      repeated: (value, all) => (value === all.fresh ? null : t("notTheSame")),
    },
  });

  async function change({ current, fresh }: typeof form.values) {
    setBusy(true);
    setProblem(null);
    try {
      await answer(api.POST("/api/auth/password", { body: { current, new: fresh } }));
      changed({ must_change_password: false });
    } catch (error) {
      setProblem(problemText(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <EntryCard title={t("choosePassword")}>
      <form onSubmit={form.onSubmit((values) => void change(values))}>
        <Stack>
          <Text size="sm" c="dimmed">
            {t("choosePasswordWhy")}
          </Text>
          {problem !== null && (
            <Alert color="red" role="alert">
              {problem}
            </Alert>
          )}
          <PasswordInput
            label={t("currentPassword")}
            autoComplete="current-password"
            required
            {...form.getInputProps("current")}
          />
          <PasswordInput
            label={t("newPassword")}
            autoComplete="new-password"
            required
            {...form.getInputProps("fresh")}
          />
          <PasswordInput
            label={t("repeatPassword")}
            autoComplete="new-password"
            required
            {...form.getInputProps("repeated")}
          />
          <Button type="submit" loading={busy}>
            {t("save")}
          </Button>
          <Button variant="subtle" color="gray" onClick={() => void signOut()}>
            {t("signOut")}
          </Button>
        </Stack>
      </form>
    </EntryCard>
  );
}
