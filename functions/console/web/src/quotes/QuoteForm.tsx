import { ActionIcon, Button, Group, NumberInput, Select, Stack, Text, Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "../api/contract";
import { tellDone } from "../page/tell";
import { money } from "../products/money";
import { type Product, useProducts } from "../products/queries";
import { deeds, type Quote, type QuoteLineIn, useDeed } from "./queries";
import { titleOf } from "./titles";

const TYPING_MS = 250;

interface Line {
  /** `price` is what one of it costs today, as people read it; empty where only the server knows. */
  product: Pick<Product, "id" | "name"> & { price: string };
  quantity: number;
  discount: number;
}

/** Products, quantities and discounts: the quote goes to the customer as text and PDF, with buttons to answer it. */
export function QuoteForm({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { t } = useTranslation("quotes");
  // A quote that was made and could not be sent is sent again, not made again; as it now is, should it have changed.
  const [made, setMade] = useState<{ id: string; offered: string } | null>(null);
  async function write(offered: Offered): Promise<string> {
    if (made?.offered === JSON.stringify(offered)) return made.id;
    const written = made
      ? await deeds.revise(made.id, offered)
      : await deeds.write({ conversation_id: conversation.id, ...offered });
    setMade({ id: written.id, offered: JSON.stringify(offered) });
    return written.id;
  }
  const offer = useDeed(
    async (offered: Offered) => deeds.send(await write(offered)),
    (quote) => {
      tellDone(t("done", { number: quote.number }));
      onClose();
    },
  );
  return (
    <OfferForm
      lines={[]}
      note=""
      hint={t("hint")}
      verb={t("send")}
      busy={offer.isPending}
      submit={offer.mutate}
      onClose={onClose}
    />
  );
}

/** The next version of a quote, at today's prices; it is looked at before it is sent. */
export function RevisionForm(props: { quote: Quote; onClose: () => void; onDone: (next: string) => void }) {
  const { t } = useTranslation("quotes");
  const { quote, onClose, onDone } = props;
  const revise = useDeed(
    (offered: Offered) => deeds.revise(quote.id, offered),
    (next) => {
      tellDone(t("deeds.revise.done", { number: titleOf(next) }));
      onDone(next.id);
    },
  );
  return (
    <OfferForm
      lines={quote.lines.map(({ product_id: id, name, quantity, discount_percent: discount }) => ({
        product: { id, name, price: "" },
        quantity: Number(quantity),
        discount: Number(discount),
      }))}
      note={quote.note ?? ""}
      hint={t("deeds.revise.hint")}
      verb={t("deeds.revise.do")}
      busy={revise.isPending}
      submit={revise.mutate}
      onClose={onClose}
    />
  );
}

interface Offered {
  lines: QuoteLineIn[];
  note: string | null;
}

interface OfferProps {
  /** What it begins with. */
  lines: Line[];
  note: string;
  hint: string;
  verb: string;
  busy: boolean;
  submit: (offered: Offered) => void;
  onClose: () => void;
}

function OfferForm({ hint, verb, busy, submit, onClose, ...before }: OfferProps) {
  const { t } = useTranslation("quotes");
  const [lines, setLines] = useState(before.lines);
  const [note, setNote] = useState(before.note);

  function change(id: string, to: Partial<Line>) {
    setLines((now) => now.map((line) => (line.product.id === id ? { ...line, ...to } : line)));
  }

  function offered(): Offered {
    const wanted = lines.map(({ product, quantity, discount }) => ({
      product_id: product.id,
      quantity,
      discount_percent: discount,
    }));
    return { lines: wanted, note: note.trim() === "" ? null : note.trim() };
  }

  return (
    <Stack>
      <ProductPicker
        taken={lines.map((line) => line.product.id)}
        onPick={(product) => setLines((now) => [...now, { product, quantity: 1, discount: 0 }])}
      />
      {lines.map((line) => (
        <LineFields
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
        {hint}
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t("shell:cancel")}
        </Button>
        <Button disabled={lines.length === 0} loading={busy} onClick={() => submit(offered())}>
          {verb}
        </Button>
      </Group>
    </Stack>
  );
}

function ProductPicker({ taken, onPick }: { taken: string[]; onPick: (product: Line["product"]) => void }) {
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
        const { name, price, currency } = product;
        onPick({ id: product.id, name, price: money(price, currency, i18n.language) });
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

function LineFields({ line, change, remove }: LineProps) {
  const { t } = useTranslation("quotes");
  return (
    <Group wrap="nowrap" align="flex-end" gap="xs">
      <Stack gap={0} flex={1}>
        <Text size="sm" lineClamp={2}>
          {line.product.name}
        </Text>
        <Text size="xs" c="dimmed">
          {line.product.price}
        </Text>
      </Stack>
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
