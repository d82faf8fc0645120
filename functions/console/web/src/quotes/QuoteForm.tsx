import { ActionIcon, Button, Group, NumberInput, Select, Stack, Text, Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client";
import type { Conversation } from "../api/contract";
import { tellDone, tellFailure } from "../page/tell";
import { money } from "../products/money";
import { type Product, useProducts } from "../products/queries";

const TYPING_MS = 250;

interface Line {
  product: Product;
  quantity: number;
  discount: number;
}

/** Products, quantities and discounts: the quote goes to the customer as text and PDF, with buttons to answer it. */
export function QuoteForm({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { t } = useTranslation("quotes");
  const [lines, setLines] = useState<Line[]>([]);
  const [note, setNote] = useState("");
  // A quote that was made and could not be sent is sent again, not made again.
  const [made, setMade] = useState<string | null>(null);
  const offer = useMutation({
    mutationFn: async () => {
      const id = made ?? (await make());
      setMade(id);
      return answer(api.POST("/api/quotes/{quote_id}/send", { params: { path: { quote_id: id } } }));
    },
    onSuccess: (quote) => {
      tellDone(t("done", { number: quote.number }));
      onClose();
    },
    onError: tellFailure,
  });

  async function make() {
    const wanted = lines.map(({ product, quantity, discount }) => ({
      product_id: product.id,
      quantity,
      discount_percent: discount,
    }));
    const body = {
      conversation_id: conversation.id,
      lines: wanted,
      note: note.trim() === "" ? null : note.trim(),
    };
    return (await answer(api.POST("/api/quotes", { body }))).id;
  }

  function change(id: string, to: Partial<Line>) {
    setLines((now) => now.map((line) => (line.product.id === id ? { ...line, ...to } : line)));
  }

  return (
    <Stack>
      <ProductPicker
        taken={lines.map((line) => line.product.id)}
        onPick={(product) => setLines((now) => [...now, { product, quantity: 1, discount: 0 }])}
      />
      {lines.map((line) => (
        <QuoteLine
          key={line.product.id}
          line={line}
          change={(to) => change(line.product.id, to)}
          remove={() => setLines((now) => now.filter((each) => each !== line))}
        />
      ))}
      <Textarea
        label={t("note")}
        autosize
        minRows={1}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Text size="xs" c="dimmed">
        {t("hint")}
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t("shell:cancel")}
        </Button>
        <Button disabled={lines.length === 0} loading={offer.isPending} onClick={() => offer.mutate()}>
          {t("send")}
        </Button>
      </Group>
    </Stack>
  );
}

function ProductPicker({ taken, onPick }: { taken: string[]; onPick: (product: Product) => void }) {
  const { t, i18n } = useTranslation("quotes");
  const [words, setWords] = useState("");
  const [q] = useDebouncedValue(words.trim(), TYPING_MS);
  const found = useProducts(q === "" ? {} : { q });
  const offered = (found.data?.pages ?? [])
    .flatMap((page) => page.items)
    .filter((product) => !taken.includes(product.id));
  return (
    <Select
      searchable
      data-autofocus
      label={t("product")}
      placeholder={t("search")}
      nothingFoundMessage={t("nothing")}
      value={null}
      searchValue={words}
      onSearchChange={setWords}
      // The server has searched already: with typos and without accents.
      filter={({ options }) => options}
      data={offered.map((product) => ({
        value: product.id,
        label: `${product.code} · ${product.name} · ${money(product.price, product.currency, i18n.language)}`,
      }))}
      onChange={(id) => {
        const product = offered.find((each) => each.id === id);
        if (product === undefined) return;
        onPick(product);
        setWords("");
      }}
    />
  );
}

interface LineProps {
  line: Line;
  change: (to: Partial<Line>) => void;
  remove: () => void;
}

function QuoteLine({ line, change, remove }: LineProps) {
  const { t } = useTranslation("quotes");
  return (
    <Group wrap="nowrap" align="flex-end" gap="xs">
      <Text size="sm" flex={1} lineClamp={2}>
        {line.product.name}
      </Text>
      <NumberInput
        w={84}
        min={1}
        label={t("quantity")}
        value={line.quantity}
        onChange={(value) => change({ quantity: Math.max(1, Number(value)) })}
      />
      <NumberInput
        w={84}
        min={0}
        max={100}
        suffix=" %"
        label={t("discount")}
        value={line.discount}
        onChange={(value) => change({ discount: Number(value) })}
      />
      <ActionIcon onClick={remove} aria-label={t("remove", { name: line.product.name })} mb={4}>
        <IconTrash size={16} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
