import { Button, Group, PasswordInput, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answer, api, ApiProblem } from "../../api/client";
import { problemText } from "../../api/words";
import { tellDone } from "../../page/tell";

const SHORTEST = 10;

export function PasswordForm() {
  const { t } = useTranslation(["settings", "page", "session"]);
  const form = useForm({
    initialValues: { current: "", fresh: "", repeated: "" },
    validate: {
      current: (value) => (value === "" ? t("page:required") : null),
      fresh: (value) => (value.length < SHORTEST ? t("profile.short", { count: SHORTEST }) : null),
      repeated: (value, { fresh }) => (value === fresh ? null : t("profile.different")),
    },
  });
  const change = useMutation({
    mutationFn: ({ current, fresh }: typeof form.values) =>
      answer(api.POST("/api/auth/password", { body: { current, new: fresh } })),
    onSuccess: () => {
      form.reset();
      tellDone(t("profile.changed"));
    },
    onError: (error) => {
      const fields = error instanceof ApiProblem ? error.fields : {};
      form.setErrors(
        "new" in fields || "current" in fields
          ? { fresh: fields.new, current: fields.current }
          : { current: problemText(error) },
      );
    },
  });
  const toggle = { visibilityToggleButtonProps: { "aria-label": t("session:showPassword") } };
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
      <Stack gap="sm">
        <PasswordInput
          {...toggle}
          label={t("profile.current")}
          autoComplete="current-password"
          {...form.getInputProps("current")}
        />
        <PasswordInput
          {...toggle}
          label={t("profile.fresh")}
          autoComplete="new-password"
          {...form.getInputProps("fresh")}
        />
        <PasswordInput
          {...toggle}
          label={t("profile.repeat")}
          autoComplete="new-password"
          {...form.getInputProps("repeated")}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={change.isPending}>
            {t("profile.change")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
