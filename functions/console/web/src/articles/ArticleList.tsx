import {
  ActionIcon,
  Box,
  Button,
  Group,
  Select,
  Skeleton,
  Stack,
  Text,
  TextInput,
  Title,
  Tooltip,
} from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconBook2, IconMessageQuestion, IconPlus, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, NavLink } from "react-router";
import type { ArticleItem, ArticleLanguage, ArticleQuery, ArticleStatus } from "../api/desk";
import { useMe } from "../session/session";
import { Empty, FailedToLoad } from "../shell/states";
import { RelativeTime } from "../time/Times";
import classes from "./Articles.module.css";
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
  return (
    <section className={classes.list} aria-label={t("list")}>
      <Box p="md" pb="sm">
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
      </Box>
      <div className={classes.scroll}>
        <Found filters={filters} />
      </div>
    </section>
  );
}

function Found({ filters }: { filters: ArticleQuery }) {
  const { t } = useTranslation(["articles", "page"]);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useArticles(filters);
  if (data === undefined) {
    return error === null ? <Skeletons /> : <FailedToLoad error={error} retry={() => void refetch()} />;
  }
  const articles = data.pages.flatMap((page) => page.items);
  if (articles.length === 0) {
    const filtered = Object.keys(filters).length > 0;
    return (
      <Empty
        icon={<IconBook2 size={22} aria-hidden />}
        title={t(filtered ? "empty.title" : "empty.none")}
        hint={t(filtered ? "empty.hint" : "empty.noneHint")}
      />
    );
  }
  return (
    <>
      {articles.map((article) => (
        <Item key={article.id} article={article} />
      ))}
      {hasNextPage && (
        <Button
          fullWidth
          variant="subtle"
          size="xs"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t("page:loadMore")}
        </Button>
      )}
    </>
  );
}

function Item({ article }: { article: ArticleItem }) {
  const { t } = useTranslation("page");
  return (
    <NavLink to={`/articles/${article.id}`} className={classes.item}>
      <Text size="sm" fw={550} truncate>
        {article.title}
      </Text>
      <Group gap={8} mt={4} wrap="nowrap">
        <StateBadge article={article} />
        <Text size="xs" c="dimmed" truncate>
          {t(`languages.${article.language}`)} · <RelativeTime at={article.updated_at} />
        </Text>
      </Group>
    </NavLink>
  );
}

function Skeletons() {
  return (
    <Stack gap={10} p="md" aria-hidden>
      {Array.from({ length: 8 }, (_, place) => (
        <Skeleton key={place} h={40} />
      ))}
    </Stack>
  );
}
