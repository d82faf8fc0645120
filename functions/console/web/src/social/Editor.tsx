import { Alert, Button, Checkbox, Group, Select, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemText } from "../api/words";
import { NAMES, NetworkIcon } from "./Badges";
import { Files } from "./Files";
import { kindOf, lengthOn, roomOf } from "./limits";
import { Previews } from "./Preview";
import {
  type Account,
  type Media,
  type Post,
  type PostIn,
  PURPOSES,
  type Purpose,
  useAccounts,
  useLimits,
  useWrite,
} from "./queries";
import classes from "./Social.module.css";

interface Props {
  post: Post | null;
  /** Chosen from the start. */
  accounts?: string[];
  readOnly?: boolean;
  onKept: (post: Post) => void;
}

interface Written {
  text: string;
  media: Media[];
  /** The accounts it goes to; a text where it has words of its own there. */
  accounts: Record<string, string | null>;
  purpose: Purpose | null;
}

/** A content and, beside it, how each network would show it. */
export function Editor({ post, accounts: chosen = [], readOnly, onKept }: Props) {
  const { t } = useTranslation(["social", "shell"]);
  const [written, setWritten] = useState<Written>(() => startOf(post, chosen));
  const { data: accounts = [] } = useAccounts();
  const write = useWrite(post?.id ?? null);
  const change = (part: Partial<Written>) => setWritten((before) => ({ ...before, ...part }));
  const changed =
    post === null
      ? hasContent(written)
      : JSON.stringify(asked(written)) !== JSON.stringify(asked(startOf(post, [])));
  const shown = accounts.filter(({ id }) => id in written.accounts);
  return (
    <div className={classes.columns}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          write.mutate(asked(written), { onSuccess: onKept });
        }}
      >
        <Stack>
          <Textarea
            label={t("editor.text")}
            autosize
            minRows={5}
            maxRows={18}
            maxLength={20_000}
            readOnly={readOnly}
            data-autofocus
            value={written.text}
            onChange={({ currentTarget: { value } }) => change({ text: value })}
          />
          <Files files={written.media} readOnly={readOnly} onChange={(media) => change({ media })} />
          <Where
            accounts={accounts}
            written={written}
            readOnly={readOnly}
            onChange={(to) => change({ accounts: to })}
          />
          <Select
            label={t("editor.purpose")}
            placeholder={t("editor.noPurpose")}
            clearable
            readOnly={readOnly}
            data={PURPOSES.map((value) => ({ value, label: t(`purpose.${value}`) }))}
            value={written.purpose}
            onChange={(purpose) => change({ purpose: purpose as Purpose | null })}
          />
          {write.isError && (
            <Alert color="red" role="alert">
              {problemText(write.error)}
            </Alert>
          )}
          {readOnly !== true && (
            <Group justify="flex-end" gap="sm">
              {post !== null && changed && post.status !== "draft" && (
                <Text size="xs" c="dimmed">
                  {t("editor.draftAgain")}
                </Text>
              )}
              <Button type="submit" disabled={!changed} loading={write.isPending}>
                {t(post === null ? "editor.create" : "shell:save")}
              </Button>
            </Group>
          )}
        </Stack>
      </form>
      <Previews
        accounts={shown}
        text={(account) => written.accounts[account]?.trim() || written.text}
        files={written.media}
        problems={changed || post === null ? null : post.publications}
      />
    </div>
  );
}

interface WhereProps {
  accounts: Account[];
  written: Written;
  readOnly?: boolean;
  onChange: (accounts: Written["accounts"]) => void;
}

/** The accounts it goes to, with words of their own where one is not the other. */
function hasContent({ text, media }: Written): boolean {
  return text.trim() !== "" || media.length > 0;
}

function Where({ accounts, written, readOnly, onChange }: WhereProps) {
  const { t } = useTranslation("social");
  const { data: limits } = useLimits();
  const kind = kindOf(written.media);
  function toggle(id: string, on: boolean) {
    const { [id]: _, ...others } = written.accounts;
    onChange(on ? { ...others, [id]: null } : others);
  }
  return (
    <fieldset style={{ border: 0, padding: 0, margin: 0 }}>
      <Text component="legend" size="sm" fw={500} mb={6}>
        {t("editor.accounts")}
      </Text>
      {accounts.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("editor.noAccounts")}
        </Text>
      )}
      <Stack gap="xs">
        {accounts.map(({ id, network, name }) => {
          const own = written.accounts[id];
          const taken = limits?.get(network);
          const text = own?.trim() || written.text;
          return (
            <div key={id}>
              <Group gap="xs">
                <Checkbox
                  label={
                    <Group gap={6} wrap="nowrap">
                      <NetworkIcon network={network} />
                      {name}
                    </Group>
                  }
                  disabled={readOnly}
                  checked={own !== undefined}
                  onChange={({ currentTarget: { checked } }) => toggle(id, checked)}
                />
                {own !== undefined && taken !== undefined && (
                  <Room used={lengthOn(network, text)} room={roomOf(taken, kind)} />
                )}
                {own === null && readOnly !== true && (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    onClick={() => onChange({ ...written.accounts, [id]: written.text })}
                  >
                    {t("editor.ownWords")}
                  </Button>
                )}
              </Group>
              {typeof own === "string" && (
                <Group align="flex-end" gap="xs" mt={4} wrap="nowrap">
                  <Textarea
                    flex={1}
                    aria-label={t("editor.wordsOn", { where: `${NAMES[network]} ${name}` })}
                    autosize
                    minRows={2}
                    readOnly={readOnly}
                    value={own}
                    onChange={({ currentTarget: { value } }) =>
                      onChange({ ...written.accounts, [id]: value })
                    }
                  />
                  {readOnly !== true && (
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      onClick={() => onChange({ ...written.accounts, [id]: null })}
                    >
                      {t("editor.sameWords")}
                    </Button>
                  )}
                </Group>
              )}
            </div>
          );
        })}
      </Stack>
    </fieldset>
  );
}

function Room({ used, room }: { used: number; room: number }) {
  const { t } = useTranslation("social");
  return (
    <Text size="xs" c={used > room ? "red" : "dimmed"} aria-label={t("editor.room", { used, room })}>
      {used} / {room}
    </Text>
  );
}

function startOf(post: Post | null, chosen: string[]): Written {
  if (post === null) {
    const accounts = Object.fromEntries(chosen.map((id) => [id, null]));
    return { text: "", media: [], accounts, purpose: null };
  }
  const there = post.publications.filter(({ account_state }) => account_state !== "removed");
  const accounts = Object.fromEntries(there.map(({ account_id, text }) => [account_id, text]));
  return { text: post.text, media: post.media, accounts, purpose: post.purpose };
}

function asked({ text, media, accounts, purpose }: Written): PostIn {
  const wordings = Object.entries(accounts).map(([account_id, own]) => ({ account_id, text: own }));
  wordings.sort((a, b) => a.account_id.localeCompare(b.account_id));
  return { text: text.trim(), media: media.map(({ id }) => id), accounts: wordings, purpose };
}
