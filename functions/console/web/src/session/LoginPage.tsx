import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useLocation } from "react-router";
import { ApiProblem } from "../api/client";
import { problemText } from "../api/words";
import { EntryCard } from "./EntryCard";
import { useSession } from "./session";

export default function LoginPage() {
  const { t } = useTranslation("session");
  const { me, signIn } = useSession();
  const location = useLocation();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useForm({ initialValues: { email: "", password: "" } });

  if (me !== null) return <Navigate to={(location.state as string | null) ?? "/"} replace />;

  async function enter(values: { email: string; password: string }) {
    setBusy(true);
    setProblem(null);
    try {
      await signIn(values.email.trim(), values.password);
    } catch (error) {
      setProblem(loginText(error));
      setBusy(false);
    }
  }

  function loginText(error: unknown): string {
    if (!(error instanceof ApiProblem)) throw error;
    if (error.kind === "wrong-credentials") return t("wrongCredentials");
    if (error.kind === "slow-down") return t("slowDown", { seconds: error.retryAfter ?? 30 });
    return problemText(error);
  }

  return (
    <EntryCard title={t("welcome")}>
      <form onSubmit={form.onSubmit((values) => void enter(values))}>
        <Stack>
          {problem !== null && (
            <Alert color="red" role="alert">
              {problem}
            </Alert>
          )}
          <TextInput
            label={t("email")}
            type="email"
            autoComplete="username"
            required
            data-autofocus
            {...form.getInputProps("email")}
          />
          <PasswordInput
            label={t("password")}
            autoComplete="current-password"
            required
            visibilityToggleButtonProps={{ "aria-label": t("showPassword") }}
            {...form.getInputProps("password")}
          />
          <Button type="submit" loading={busy} fullWidth>
            {t("enter")}
          </Button>
        </Stack>
      </form>
    </EntryCard>
  );
}
