import { Alert, Button, Group, Modal, Radio, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { problemText } from "../api/words";
import { tellDone } from "../page/tell";
import { type Product, useRecipients, useShare } from "./queries";

const TYPING_MS = 250;

/** To whom the product goes: one of one's own conversations, or any that is found. */
export function SendDialog({ product, onClose }: { product: Product; onClose: () => void }) {
  const { t } = useTranslation("products");
  const navigate = useNavigate();
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState("");
  // One id for each recipient: pressed twice, it is sent once.
  const [ids] = useState(() => new Map<string, string>());
  const share = useShare();
  function send() {
    const client_id = ids.get(chosen) ?? crypto.randomUUID();
    ids.set(chosen, client_id);
    share.mutate(
      { conversation: chosen, product_id: product.id, client_id },
      {
        onSuccess: () => {
          tellDone(t("send.done", { name: product.name }));
          onClose();
          void navigate(`/inbox/${chosen}`);
        },
      },
    );
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("send.title", { name: product.name })}
      closeButtonProps={{ "aria-label": t("shell:close") }}
    >
      <Stack gap="sm">
        <TextInput
          data-autofocus
          aria-label={t("send.search")}
          placeholder={t("send.search")}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <Recipients words={words} chosen={chosen} onChoose={setChosen} />
        {share.error !== null && <Alert color="red">{problemText(share.error)}</Alert>}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("shell:cancel")}
          </Button>
          <Button disabled={chosen === ""} loading={share.isPending} onClick={send}>
            {t("send.button")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface RecipientsProps {
  words: string;
  chosen: string;
  onChoose: (conversation: string) => void;
}

function Recipients({ words, chosen, onChoose }: RecipientsProps) {
  const { t } = useTranslation("products");
  const [q] = useDebouncedValue(words.trim(), TYPING_MS);
  const { data, error } = useRecipients(q);
  if (error !== null) return <Alert color="red">{problemText(error)}</Alert>;
  if (data === undefined) return <Skeleton h={80} aria-hidden />;
  if (data.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t(q === "" ? "send.noneOwn" : "send.none")}
      </Text>
    );
  }
  return (
    <Radio.Group aria-label={t("send.to")} value={chosen} onChange={onChoose}>
      <Stack gap={8}>
        {data.map((conversation) => (
          <Radio
            key={conversation.id}
            value={conversation.id}
            label={conversation.customer.name ?? conversation.customer.phone ?? t("send.unnamed")}
            description={conversation.last_message?.text ?? undefined}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
