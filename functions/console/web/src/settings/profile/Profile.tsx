import { Button, Group, List, Paper, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answer, api } from "../../api/client";
import type { Language } from "../../api/desk";
import { tellDone, tellFailure } from "../../page/tell";
import { useMe, useSession } from "../../session/session";
import { PasswordForm } from "./PasswordForm";

export function Profile() {
  const { t } = useTranslation(["settings", "people"]);
  const { me } = useMe();
  const branches = me.branches?.map(({ name }) => name).join(", ") ?? t("profile.allBranches");
  return (
    <Stack maw={640}>
      <Paper component="section" withBorder p="lg">
        <Title order={2} fz="md" mb="sm">
          {t("profile.about")}
        </Title>
        <AboutForm />
      </Paper>
      <Paper component="section" withBorder p="lg">
        <Title order={2} fz="md" mb="sm">
          {t("profile.password")}
        </Title>
        <PasswordForm />
      </Paper>
      <Paper component="section" withBorder p="lg">
        <Title order={2} fz="md" mb="sm">
          {t("profile.permissions")}
        </Title>
        <Text size="sm" mb="xs">
          {t("profile.role")}: <b>{t(`people:roles.${me.role}`)}</b> · {t("profile.branches")}:{" "}
          <b>{branches}</b>
        </Text>
        <List size="sm" c="dimmed">
          {me.permissions.map((permission) => (
            <List.Item key={permission}>{t(`permissions.${permission}`, inPeople(permission))}</List.Item>
          ))}
        </List>
      </Paper>
    </Stack>
  );
}

// A permission's name holds the character that parts namespaces from keys.
function inPeople(permission: string) {
  return { ns: "people", nsSeparator: false as const, defaultValue: permission };
}

function AboutForm() {
  const { t } = useTranslation(["settings", "page", "shell"]);
  const { me } = useMe();
  const { changed } = useSession();
  const form = useForm({
    initialValues: { name: me.name, language: me.language },
    validate: { name: (value) => (value.trim() === "" ? t("page:required") : null) },
  });
  const save = useMutation({
    mutationFn: (body: { name: string; language: Language }) => answer(api.PATCH("/api/auth/me", { body })),
    onSuccess: ({ name, language }) => {
      changed({ name, language });
      form.resetDirty();
      tellDone(t("profile.saved"));
    },
    onError: tellFailure,
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="sm">
        <TextInput label={t("profile.email")} value={me.email} readOnly variant="filled" />
        <TextInput label={t("profile.name")} {...form.getInputProps("name")} />
        <Select
          label={t("profile.language")}
          data={(["es", "en"] as const).map((value) => ({ value, label: t(`page:languages.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("language")}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
            {t("shell:save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
