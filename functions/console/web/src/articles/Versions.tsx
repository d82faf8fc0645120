import { Button, Group, NavLink, ScrollArea, Skeleton, Stack, Text } from "@mantine/core";
import { diffWordsWithSpace } from "diff";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Article, ArticleVersion } from "../api/desk";
import { useFormats } from "../page/formats";
import { tellDone } from "../page/tell";
import { useActorName } from "../people/actors";
import { useMe } from "../session/session";
import { FailedToLoad } from "../shell/states";
import classes from "./Articles.module.css";
import { dropDraft } from "./drafts";
import { useArticleChanges, useVersions } from "./queries";

/** How an article read at each version, and what each changed. */
export default function Versions({ article, close }: { article: Article; close: () => void }) {
  const { data: versions, error, refetch } = useVersions(article.id);
  const [chosen, setChosen] = useState<number>(article.version);
  if (versions === undefined) {
    return error === null ? (
      <Skeleton h={240} />
    ) : (
      <FailedToLoad error={error} retry={() => void refetch()} />
    );
  }
  const shown = versions.find(({ version }) => version === chosen) ?? versions[0];
  const before = versions.find(({ version }) => version < (shown?.version ?? 0));
  return (
    <Stack>
      <ScrollArea.Autosize mah={240}>
        {versions.map((version) => (
          <VersionLink
            key={version.version}
            version={version}
            current={version.version === article.version}
            active={version === shown}
            choose={() => setChosen(version.version)}
          />
        ))}
      </ScrollArea.Autosize>
      {shown !== undefined && <Comparison shown={shown} before={before} />}
      {shown !== undefined && shown.version !== article.version && (
        <Restore article={article} version={shown.version} close={close} />
      )}
    </Stack>
  );
}

interface LinkProps {
  version: ArticleVersion;
  current: boolean;
  active: boolean;
  choose: () => void;
}

function VersionLink({ version, current, active, choose }: LinkProps) {
  const { t } = useTranslation("articles");
  const { dateTime } = useFormats();
  const actor = useActorName();
  return (
    <NavLink
      component="button"
      active={active}
      aria-pressed={active}
      onClick={choose}
      label={
        <Text size="sm" fw={550}>
          {t("version", { version: version.version })}
          {current && ` · ${t("versions.current")}`}
        </Text>
      }
      description={
        t("versions.by", { actor: actor(version.actor, version.actor_name), when: dateTime(version.at) }) +
        (version.reason ? ` · ${version.reason}` : "")
      }
    />
  );
}

function Comparison({ shown, before }: { shown: ArticleVersion; before: ArticleVersion | undefined }) {
  const { t } = useTranslation("articles");
  const parts = before === undefined ? [] : diffWordsWithSpace(textOf(before), textOf(shown));
  const same = before !== undefined && parts.every(({ added, removed }) => !added && !removed);
  return (
    <div>
      <Text size="sm" fw={550} mb={6}>
        {before === undefined ? t("versions.first") : t("versions.against", { version: before.version })}
      </Text>
      <div className={classes.diff}>
        {before === undefined && textOf(shown)}
        {same && t("versions.same")}
        {!same &&
          parts.map(({ value, added, removed }, place) => {
            if (added) return <ins key={place}>{value}</ins>;
            return removed ? <del key={place}>{value}</del> : <span key={place}>{value}</span>;
          })}
      </div>
    </div>
  );
}

function Restore({ article, version, close }: { article: Article; version: number; close: () => void }) {
  const { t } = useTranslation("articles");
  const { can } = useMe();
  const { restore } = useArticleChanges();
  if (!can("articles:write")) return null;
  function put() {
    restore.mutate(
      { id: article.id, version },
      {
        onSuccess: () => {
          dropDraft(article.id);
          tellDone(t("versions.restored", { version }));
          close();
        },
      },
    );
  }
  return (
    <Group justify="flex-end">
      <Button onClick={put} loading={restore.isPending}>
        {t("versions.restore")}
      </Button>
    </Group>
  );
}

/** Everything of a version as one text, as people read it. */
function textOf({ title, body, questions }: ArticleVersion): string {
  return [title, "", body, "", ...questions.map((question) => `– ${question}`)].join("\n");
}
