import { ActionIcon, Badge, Button, Group, Image, Skeleton, Stack, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowLeft, IconPackageOff, IconSend } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ApiProblem } from "../api/client";
import { useFormats } from "../page/formats";
import { Page } from "../page/Page";
import { useBranches } from "../people/lists";
import { useMe } from "../session/session";
import { Empty, FailedToLoad } from "../shell/states";
import { money, years } from "./money";
import { type Product, useProduct, useStock } from "./queries";
import { SendDialog } from "./SendDialog";

const PICTURE = 180;

export function ProductPage({ id }: { id: string }) {
  const { t, i18n } = useTranslation("products");
  const { can } = useMe();
  const { data: product, error, refetch } = useProduct(id);
  const [sending, dialog] = useDisclosure();
  if (error instanceof ApiProblem && error.status === 404) {
    return <Empty icon={<IconPackageOff size={22} aria-hidden />} title={t("notFound")} />;
  }
  if (product === undefined) {
    return error === null ? (
      <Skeleton h={220} m="md" aria-hidden />
    ) : (
      <FailedToLoad error={error} retry={() => void refetch()} />
    );
  }
  return (
    <Page
      narrow
      title={product.name}
      before={
        <ActionIcon component={Link} to="/products" hiddenFrom="md" aria-label={t("shell:back")}>
          <IconArrowLeft size={18} aria-hidden />
        </ActionIcon>
      }
      subtitle={
        <Group gap="xs" mt={4}>
          {!product.active && <Badge color="gray">{t("inactive")}</Badge>}
          <Text size="xs">{[product.code, product.brand, product.category].filter(Boolean).join(" · ")}</Text>
        </Group>
      }
      actions={
        can("conversations:write") && (
          <Button size="xs" leftSection={<IconSend size={14} aria-hidden />} onClick={dialog.open}>
            {t("send.button")}
          </Button>
        )
      }
    >
      <Stack gap="lg">
        <Text fz={22} fw={650}>
          {money(product.price, product.currency, i18n.language)}{" "}
          <Text span size="sm" c="dimmed">
            {t("perUnit", { unit: product.unit })}
          </Text>
        </Text>
        {product.description !== "" && <Text style={{ whiteSpace: "pre-wrap" }}>{product.description}</Text>}
        <Pictures product={product} />
        <Stocks id={product.id} />
        <Fits product={product} />
      </Stack>
      {sending && <SendDialog product={product} onClose={dialog.close} />}
    </Page>
  );
}

function Pictures({ product }: { product: Product }) {
  const { t } = useTranslation("products");
  return (
    <Group gap="sm">
      {product.images.map((link, place) => (
        <Image
          key={link}
          src={link}
          alt={t("picture", { name: product.name, place: place + 1 })}
          w={PICTURE}
          h={PICTURE}
          radius="md"
          loading="lazy"
        />
      ))}
    </Group>
  );
}

function Stocks({ id }: { id: string }) {
  const { t } = useTranslation("products");
  const { data: branches } = useBranches();
  if (branches === undefined || branches.length === 0) return null;
  return (
    <section aria-label={t("stock.title")}>
      <Text fw={600} mb={6}>
        {t("stock.title")}
      </Text>
      <Stack gap={4}>
        {branches.map((branch) => (
          <Group key={branch.id} gap="xs">
            <Text size="sm">{branch.name}</Text>
            <Stock id={id} branch={branch.id} />
          </Group>
        ))}
      </Stack>
    </section>
  );
}

function Stock({ id, branch }: { id: string; branch: string }) {
  const { t } = useTranslation("products");
  const { number, dateTime } = useFormats();
  const { data: stock, error } = useStock(id, branch);
  if (error !== null) return <Badge color="gray">{t("stock.unconfirmed")}</Badge>;
  if (stock === undefined) return <Skeleton w={70} h={18} aria-hidden />;
  const quantity = stock.quantity === null ? null : Number(stock.quantity);
  if (quantity !== null && stock.confirmed) {
    return (
      <Badge color={quantity > 0 ? "teal" : "red"} variant="light">
        {quantity > 0 ? t("stock.available", { quantity: number(quantity) }) : t("stock.none")}
      </Badge>
    );
  }
  const last =
    quantity !== null && stock.at !== null
      ? t("stock.last", { quantity: number(quantity), at: dateTime(stock.at) })
      : null;
  return (
    <>
      <Badge color="yellow" variant="light">
        {t("stock.unconfirmed")}
      </Badge>
      {last !== null && (
        <Text size="xs" c="dimmed">
          {last}
        </Text>
      )}
    </>
  );
}

function Fits({ product }: { product: Product }) {
  const { t } = useTranslation("products");
  if (product.fits.length === 0) return null;
  return (
    <section aria-label={t("fits.title")}>
      <Text fw={600} mb={6}>
        {t("fits.title")}
      </Text>
      <Table withRowBorders={false} verticalSpacing={3} w="auto">
        <Table.Tbody>
          {product.fits.map((fit) => (
            <Table.Tr key={`${fit.make} ${fit.model ?? ""} ${years(fit)}`}>
              <Table.Td>{fit.make}</Table.Td>
              <Table.Td>{fit.model ?? t("fits.everyModel")}</Table.Td>
              <Table.Td>{years(fit) || t("fits.everyYear")}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
