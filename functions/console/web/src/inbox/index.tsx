import { useLocalStorage, useMediaQuery } from "@mantine/hooks";
import { IconMessages } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate, useParams } from "react-router";
import { Empty } from "../shell/states";
import { useTitle } from "../shell/useTitle";
import { Chat } from "./Chat";
import { HelpOverlay } from "./HelpOverlay";
import { useLeftBehind } from "./composer/useOutbox";
import classes from "./Inbox.module.css";
import { ListColumn } from "./list/ListColumn";
import { useFilters } from "./useFilters";
import { useShortcuts } from "./useShortcuts";

/** Three columns: the conversations, the open one, and what is known of its customer. One at a time on a phone. */
export default function Inbox() {
  const { id } = useParams();
  const { search } = useLocation();
  const navigate = useNavigate();
  const [filters, change] = useFilters();
  useLeftBehind();
  const [help, setHelp] = useState(false);
  const narrow = useMediaQuery("(max-width: 1100px)", false, { getInitialValueInEffect: false });
  const [kept, keep] = useLocalStorage({
    key: "relevo-details",
    defaultValue: true,
    getInitialValueInEffect: false,
  });
  const [overlaid, setOverlaid] = useState<string | null>(null);
  // Beside the chat the details stay as one left them; over it they belong to one conversation.
  const details = narrow ? overlaid !== null && overlaid === id : kept;

  return (
    <div
      className={classes.inbox}
      data-open={id !== undefined || undefined}
      data-details={details || undefined}
    >
      <ListColumn filters={filters} change={change} open={id} onHelp={() => setHelp(true)} />
      {id === undefined ? (
        <NothingOpen help={help} onHelp={setHelp} />
      ) : (
        <Chat
          key={id}
          id={id}
          details={details}
          onDetails={(shown) => (narrow ? setOverlaid(shown ? id : null) : keep(shown))}
          help={help}
          onHelp={setHelp}
          onBack={() => (narrow && details ? setOverlaid(null) : void navigate(`/inbox${search}`))}
        />
      )}
    </div>
  );
}

function NothingOpen({ help, onHelp }: { help: boolean; onHelp: (shown: boolean) => void }) {
  const { t } = useTranslation("inbox");
  useTitle(t("title"));
  const nothing = () => undefined;
  useShortcuts({
    take: nothing,
    giveToBot: nothing,
    close: nothing,
    help: () => onHelp(true),
    back: nothing,
  });
  return (
    <div className={classes.chat}>
      <Empty
        icon={<IconMessages size={22} aria-hidden />}
        title={t("nothingOpen.title")}
        hint={t("nothingOpen.hint")}
      />
      <HelpOverlay opened={help} onClose={() => onHelp(false)} />
    </div>
  );
}
