import { Group, Image, NumberInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPackageOff, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Found, FoundLink, ListPane } from "../page/Panes";
import { money } from "./money";
import classes from "./Products.module.css";
import { type Product, type ProductQuery, useProducts } from "./queries";

const TYPING_MS = 250;
const PICTURE = 44;

interface Asked {
  q: string;
  make: string;
  model: string;
  year: number | string;
}

export function ProductList() {
  const { t } = useTranslation("products");
  const [asked, setAsked] = useState<Asked>({ q: "", make: "", model: "", year: "" });
  const [settled] = useDebouncedValue(asked, TYPING_MS);
  const filters = filtersOf(settled);
  const filtered = Object.keys(filters).length > 0;
  const found = useProducts(filters);
  function field(name: "q" | "make" | "model") {
    return {
      size: "xs",
      "aria-label": t(`filters.${name}`),
      placeholder: t(`filters.${name}`),
      value: asked[name],
      onChange: (event: { currentTarget: { value: string } }) => {
        const { value } = event.currentTarget;
        setAsked((before) => ({ ...before, [name]: value }));
      },
    };
  }
  return (
    <ListPane
      label={t("list")}
      head={
        <>
          <Title order={1} fz={18} mb="sm">
            {t("title")}
          </Title>
          <Stack gap={8}>
            <TextInput {...field("q")} leftSection={<IconSearch size={14} aria-hidden />} />
            <Group gap={8} grow>
              <TextInput {...field("make")} />
              <TextInput {...field("model")} />
              <NumberInput
                size="xs"
                aria-label={t("filters.year")}
                placeholder={t("filters.year")}
                hideControls
                allowDecimal={false}
                thousandSeparator=""
                value={asked.year}
                onChange={(year) => setAsked((before) => ({ ...before, year }))}
              />
            </Group>
          </Stack>
        </>
      }
    >
      <Found
        query={found}
        empty={{
          icon: <IconPackageOff size={22} aria-hidden />,
          title: t(filtered ? "empty.title" : "empty.none"),
          hint: t(filtered ? "empty.hint" : "empty.noneHint"),
        }}
      >
        {(product) => <Item product={product} />}
      </Found>
    </ListPane>
  );
}

function filtersOf({ q, make, model, year }: Asked): ProductQuery {
  const whole = Number(year);
  return {
    ...(q.trim() !== "" && { q: q.trim() }),
    ...(make.trim() !== "" && { make: make.trim() }),
    ...(model.trim() !== "" && { model: model.trim() }),
    ...(whole >= 1900 && whole <= 2100 && { year: whole }),
  };
}

function Item({ product }: { product: Product }) {
  const { i18n } = useTranslation();
  return (
    <FoundLink to={`/products/${product.id}`}>
      <div className={classes.item}>
        <Image src={product.images[0] ?? null} alt="" w={PICTURE} h={PICTURE} radius="sm" loading="lazy" />
        <div>
          <Text size="sm" fw={550} truncate>
            {product.name}
          </Text>
          <Text size="xs" c="dimmed" truncate>
            {[product.code, product.brand].filter(Boolean).join(" · ")}
          </Text>
        </div>
        <Text size="sm" className={classes.price}>
          {money(product.price, product.currency, i18n.language)}
        </Text>
      </div>
    </FoundLink>
  );
}
