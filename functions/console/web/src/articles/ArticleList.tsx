import { ActionIcon, Button, Group, Select, Stack, Text, TextInput, Title, Tooltip } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconBook2, IconMessageQuestion, IconPlus, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ArticleItem, ArticleLanguage, ArticleStatus } from "../api/desk";
import { Found, FoundLink, ListPane } from "../page/Panes";
import { useMe } from "../session/session";
import { RelativeTime } from "../time/Times";
import { StateBadge } from "./StateBadge";
import { useArticles } from "./queries";

const TYPING_MS = 300;
const STATUSES = ["published", "draft", "archived"];
const LANGUAGES = ["es", "en", "pt"];

export function ArticleList() {
  const { t } = useTranslation(["articles", "page"]);
  const { can } = useMe();
  const [words, setWords] = useState("");
  const [language, setLanguage] = useState<ArticleLanguage | null>(null);
  const [status, setStatus] = useState<ArticleStatus | null>(null);
  const [q] = useDebouncedValue(words.trim(), TYPING_MS);
  const filters = {
    ...(q === "" ? {} : { q }),
    ...(language === null ? {} : { language }),
    ...(status === null ? {} : { status }),
  };
  const filtered = Object.keys(filters).length > 0;
  const found = useArticles(filters);
  return (
    <ListPane
      label={t("list")}
      head={
        <>
          <Group justify="space-between" mb="sm" wrap="nowrap">
            <Title order={1} fz={18}>
              {t("title")}
            </Title>
            <Group gap={6} wrap="nowrap">
              <Tooltip label={t("try.title")}>
                <ActionIcon component={Link} to="/articles/try" size={30} aria-label={t("try.title")}>
                  <IconMessageQuestion size={18} aria-hidden />
                </ActionIcon>
              </Tooltip>
              {can("articles:write") && (
                <Button
                  component={Link}
                  to="/articles/new"
                  size="xs"
                  leftSection={<IconPlus size={14} aria-hidden />}
                >
                  {t("new")}
                </Button>
              )}
            </Group>
          </Group>
          <Stack gap={8}>
            <TextInput
              size="xs"
              aria-label={t("search")}
              placeholder={t("search")}
              leftSection={<IconSearch size={14} aria-hidden />}
              value={words}
              onChange={(event) => setWords(event.currentTarget.value)}
            />
            <Group gap={8} grow>
              <Select
                size="xs"
                aria-label={t("filters.language")}
                placeholder={t("filters.language")}
                data={LANGUAGES.map((value) => ({ value, label: t(`page:languages.${value}`) }))}
                value={language}
                onChange={(chosen) => setLanguage(chosen as ArticleLanguage | null)}
                clearable
              />
              <Select
                size="xs"
                aria-label={t("filters.status")}
                placeholder={t("filters.status")}
                data={STATUSES.map((value) => ({ value, label: t(`statuses.${value}`) }))}
                value={status}
                onChange={(chosen) => setStatus(chosen as ArticleStatus | null)}
                clearable
              />
            </Group>
          </Stack>
        </>
      }
    >
      <Found
        query={found}
        empty={{
          icon: <IconBook2 size={22} aria-hidden />,
          title: t(filtered ? "empty.title" : "empty.none"),
          hint: t(filtered ? "empty.hint" : "empty.noneHint"),
        }}
      >
        {(article) => <Item article={article} />}
      </Found>
    </ListPane>
  );
}

function Item({ article }: { article: ArticleItem }) {
  const { t } = useTranslation("page");
  return (
    <FoundLink to={`/articles/${article.id}`}>
      <Text size="sm" fw={550} truncate>
        {article.title}
      </Text>
      <Group gap={8} mt={4} wrap="nowrap">
        <StateBadge article={article} />
        <Text size="xs" c="dimmed" truncate>
          {t(`languages.${article.language}`)} · <RelativeTime at={article.updated_at} />
        </Text>
      </Group>
    </FoundLink>
  );
}
