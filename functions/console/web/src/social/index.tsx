import { Button, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconSparkles } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { Page } from "../page/Page";
import { RoutedTabs } from "../page/RoutedTabs";
import { useMe } from "../session/session";
import { Accounts } from "./Accounts";
import { Calendar } from "./Calendar";
import { GenerateDialog } from "./GenerateDialog";
import { NewPost } from "./NewPost";
import { PostList } from "./PostList";
import { PostPage } from "./PostPage";
import { Times } from "./Times";

/** What the company publishes on social networks: when, what, how it went, and where. */
export default function Social() {
  const [part, id] = (useParams()["*"] ?? "").split("/");
  if (part === "new") return <NewPost />;
  if (part === "post" && id !== undefined) return <PostPage key={id} id={id} />;
  return <Overview />;
}

function Overview() {
  const { t } = useTranslation("social");
  const { can } = useMe();
  const [generating, dialog] = useDisclosure();
  const tabs = [
    { name: "calendar", content: <Calendar /> },
    { name: "posts", content: <PostList /> },
    { name: "times", content: <Times /> },
    { name: "accounts", content: <Accounts /> },
  ];
  return (
    <Page
      title={t("title")}
      actions={
        can("social:write") && (
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              leftSection={<IconSparkles size={14} aria-hidden />}
              onClick={dialog.open}
            >
              {t("generate.button")}
            </Button>
            <Button
              size="xs"
              component={Link}
              to="/social/new"
              leftSection={<IconPlus size={14} aria-hidden />}
            >
              {t("new")}
            </Button>
          </Group>
        )
      }
    >
      <RoutedTabs
        root="/social"
        tabs={tabs.map(({ name, content }) => ({ name, content, label: t(`tabs.${name}`) }))}
      />
      {generating && <GenerateDialog close={dialog.close} />}
    </Page>
  );
}
