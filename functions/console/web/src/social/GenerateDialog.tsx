import { Alert, Button, Checkbox, Group, Modal, MultiSelect, Select, Stack, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { problemText } from "../api/words";
import { NAMES } from "./Badges";
import { PURPOSES, type Purpose, useAccounts, useGenerate } from "./queries";

/** Has the language model write a draft; people decide what becomes of it. */
export function GenerateDialog({ close }: { close: () => void }) {
  const { t, i18n } = useTranslation(["social", "shell"]);
  const navigate = useNavigate();
  const { data: accounts = [] } = useAccounts();
  const [chosen, setChosen] = useState<string[]>([]);
  const [purpose, setPurpose] = useState<Purpose>("promotion");
  const [subject, setSubject] = useState("");
  const [illustrate, setIllustrate] = useState(true);
  const generate = useGenerate();
  function ask() {
    const language = i18n.language.startsWith("en") ? "en" : "es";
    generate.mutate(
      { accounts: chosen, purpose, subject: subject.trim(), language, illustrate },
      { onSuccess: ({ id }) => void navigate(`/social/post/${id}`) },
    );
  }
  return (
    <Modal
      opened
      onClose={close}
      title={t("generate.title")}
      closeButtonProps={{ "aria-label": t("shell:close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}
      >
        <Stack gap="sm">
          <MultiSelect
            label={t("editor.accounts")}
            withAsterisk
            data={accounts.map(({ id, name, network }) => ({
              value: id,
              label: `${NAMES[network]} ${name}`,
            }))}
            value={chosen}
            onChange={setChosen}
          />
          <Select
            label={t("editor.purpose")}
            allowDeselect={false}
            data={PURPOSES.map((value) => ({ value, label: t(`purpose.${value}`) }))}
            value={purpose}
            onChange={(value) => setPurpose(value as Purpose)}
          />
          <Textarea
            label={t("generate.subject")}
            description={t("generate.subjectHint")}
            withAsterisk
            autosize
            minRows={3}
            maxLength={2000}
            value={subject}
            onChange={({ currentTarget: { value } }) => setSubject(value)}
          />
          <Checkbox
            label={t("generate.illustrate")}
            checked={illustrate}
            onChange={({ currentTarget: { checked } }) => setIllustrate(checked)}
          />
          {generate.isError && (
            <Alert color="red" role="alert">
              {problemText(generate.error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button
              type="submit"
              loading={generate.isPending}
              disabled={chosen.length === 0 || subject.trim().length < 3}
            >
              {t("generate.button")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
