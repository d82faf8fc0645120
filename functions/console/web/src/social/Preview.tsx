import { Avatar, List, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { NAMES, NetworkIcon } from "./Badges";
import { Shown } from "./Files";
import { kindOf, lengthOn, partedAt, roomOf } from "./limits";
import { type Account, type Limits, type Media, type Publication, useLimits } from "./queries";
import classes from "./Social.module.css";

interface Props {
  accounts: Account[];
  text: (account: string) => string;
  files: Media[];
  /** What the server says of the content as it was kept; null while it is being changed. */
  problems: Publication[] | null;
}

/** How each network would show it, within its limits. */
export function Previews({ accounts, text, files, problems }: Props) {
  const { t } = useTranslation("social");
  const { data: limits } = useLimits();
  return (
    <section aria-label={t("preview.title")}>
      <Text size="sm" fw={500} mb={6}>
        {t("preview.title")}
      </Text>
      {accounts.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("preview.none")}
        </Text>
      )}
      <Stack>
        {accounts.map((account) => {
          const told = problems?.find(({ account_id }) => account_id === account.id)?.problems;
          const taken = limits?.get(account.network);
          return (
            <Preview
              key={account.id}
              account={account}
              text={text(account.id)}
              files={files}
              limits={taken}
              problems={told?.map(({ detail }) => detail)}
            />
          );
        })}
      </Stack>
    </section>
  );
}

interface PreviewProps {
  account: Account;
  text: string;
  files: Media[];
  limits: Limits | undefined;
  problems: string[] | undefined;
}

function Preview({ account, text, files, limits, problems }: PreviewProps) {
  const { t } = useTranslation("social");
  const kind = kindOf(files);
  const room = limits === undefined ? Infinity : roomOf(limits, kind);
  const tooLong = lengthOn(account.network, text) > room;
  const [fitting, beyond] = partedAt(account.network, text, room);
  const wrongKind = limits !== undefined && !limits.kinds.includes(kind);
  const found = problems ?? [
    ...(wrongKind
      ? [t("preview.wrongKind", { network: NAMES[account.network], kind: t(`kind.${kind}`) })]
      : []),
    ...(tooLong ? [t("preview.tooLong", { network: NAMES[account.network], room })] : []),
  ];
  return (
    <article
      className={classes.preview}
      aria-label={t("preview.of", { network: NAMES[account.network], name: account.name })}
    >
      <div className={classes.previewHead}>
        <Avatar size={30} color="initials" name={account.name.replace("@", "")} />
        <Text size="sm" fw={600} flex={1} truncate>
          {account.name}
        </Text>
        <NetworkIcon network={account.network} />
      </div>
      {files.length > 0 && (
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so a keyboard must reach it
        <div className={classes.strip} role="group" aria-label={t("files.title")} tabIndex={0}>
          {files.map((file) => (
            <Shown key={file.id} file={file} controls />
          ))}
        </div>
      )}
      <div className={classes.previewText}>
        {fitting || (
          <Text span size="sm" c="dimmed">
            {t("preview.noText")}
          </Text>
        )}
        {tooLong && (
          <Text span c="red" td="line-through">
            {beyond}
          </Text>
        )}
      </div>
      {found.length > 0 && (
        <List
          size="xs"
          px={12}
          pb={12}
          spacing={4}
          icon={<IconAlertTriangle size={14} color="var(--mantine-color-orange-text)" aria-hidden />}
        >
          {found.map((problem) => (
            <List.Item key={problem}>{problem}</List.Item>
          ))}
        </List>
      )}
    </article>
  );
}
