import "@mantine/spotlight/styles.css";
import { Loader, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Spotlight, spotlight } from "@mantine/spotlight";
import { IconArrowRight, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { answer, api } from "../api/client";
import { keys } from "../api/queries";
import { useMe } from "../session/session";
import { SCREENS } from "../shell/screens";

/** Ctrl+K: a customer, a conversation, a ticket's number or a section of the console, found by what one types. */
export default function Finder({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("shell");
  const { can } = useMe();
  const navigate = useNavigate();
  const [q, setQ] = useState("");
  const [asked] = useDebouncedValue(q.trim(), 200);
  const found = useQuery({
    queryKey: [...keys.spotlight, asked],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/conversations", { params: { query: { q: asked, box: "all", limit: 8 } }, signal }),
      ),
    enabled: asked.length > 1 && can("conversations:read"),
    placeholderData: (before) => before,
  });
  useEffect(() => spotlight.open(), []);

  const screens = SCREENS.filter(
    (screen) =>
      (screen.permission === null || can(screen.permission)) &&
      t(`screens.${screen.path}`).toLocaleLowerCase().includes(q.trim().toLocaleLowerCase()),
  );
  const conversations = asked.length > 1 ? (found.data?.items ?? []) : [];
  return (
    <Spotlight.Root
      query={q}
      onQueryChange={setQ}
      shortcut={null}
      onSpotlightClose={onClose}
      clearQueryOnClose={false}
    >
      <Spotlight.Search
        placeholder={t("spotlight.placeholder")}
        aria-label={t("spotlight.open")}
        leftSection={found.isFetching ? <Loader size={16} /> : <IconSearch size={18} aria-hidden />}
      />
      <Spotlight.ActionsList>
        {conversations.length > 0 && (
          <Spotlight.ActionsGroup label={t("spotlight.conversations")}>
            {conversations.map((item) => (
              <Spotlight.Action
                key={item.id}
                label={item.customer.name}
                description={item.last_message?.text ?? undefined}
                onClick={() => void navigate(`/inbox/${item.id}?box=all`)}
                rightSection={
                  <Text size="xs" c="dimmed">
                    {[item.customer.phone, item.ticket && `#${String(item.ticket.number)}`]
                      .filter(Boolean)
                      .join(" · ")}
                  </Text>
                }
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {screens.length > 0 && (
          <Spotlight.ActionsGroup label={t("spotlight.go")}>
            {screens.map((screen) => (
              <Spotlight.Action
                key={screen.path}
                label={t(`screens.${screen.path}`)}
                leftSection={<IconArrowRight size={16} aria-hidden />}
                onClick={() => void navigate(`/${screen.path}`)}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {conversations.length === 0 && screens.length === 0 && !found.isFetching && (
          <Spotlight.Empty>{t("spotlight.nothing")}</Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
