import { ActionIcon, Combobox, Textarea, Tooltip, useCombobox } from "@mantine/core";
import { IconNotes } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Agent } from "../../api/contract";
import classes from "../Inbox.module.css";
import { useAgents } from "../../people/lists";

interface Props {
  text: string;
  change: (text: string) => void;
  send: (mentions: string[]) => void;
  /** Called with every letter of who holds the conversation: writing a note is tending to it. */
  typed?: () => void;
}

const MENTION = /(?:^|\s)@([\p{L}\p{M}.-]*)$/u;

/** A note for colleagues, which the customer never sees; an @ finds whom it is for. */
export function NoteBox({ text, change, send, typed }: Props) {
  const { t } = useTranslation("inbox");
  const agents = useAgents();
  const input = useRef<HTMLTextAreaElement>(null);
  const [asked, setAsked] = useState<string | null>(null);
  const list = useCombobox({ onDropdownClose: () => list.resetSelectedOption() });
  const known = (agents.data ?? []).filter((agent) => agent.user_id !== null);
  const found = asked === null ? [] : known.filter((agent) => matches(agent, asked)).slice(0, 6);
  const choosing = list.dropdownOpened && found.length > 0;

  // Whoever is found first is chosen by Enter, also when the colleagues come after the @ was typed.
  const first = found[0]?.id;
  const { selectFirstOption } = list;
  useEffect(() => {
    if (first !== undefined) selectFirstOption();
  }, [first, selectFirstOption]);

  function write(value: string, caret: number) {
    change(value);
    typed?.();
    const mention = MENTION.exec(value.slice(0, caret))?.[1];
    setAsked(mention ?? null);
    if (mention === undefined) return list.closeDropdown();
    list.openDropdown();
  }

  function mention(id: string) {
    const agent = known.find((each) => each.id === id);
    const caret = input.current?.selectionStart ?? text.length;
    if (agent === undefined) return;
    const before = text.slice(0, caret).replace(/@[\p{L}\p{M}.-]*$/u, `@${agent.name} `);
    change(before + text.slice(caret));
    setAsked(null);
    list.closeDropdown();
    input.current?.focus();
  }

  function submit() {
    if (text.trim() === "") return;
    send(known.filter((agent) => text.includes(`@${agent.name}`)).map((agent) => agent.user_id ?? ""));
  }

  function onKey(event: KeyboardEvent<HTMLElement>) {
    if (event.key === "Escape" && !choosing) event.currentTarget.blur();
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || choosing) return;
    event.preventDefault();
    submit();
  }

  return (
    <Combobox store={list} onOptionSubmit={mention} position="top-start" withinPortal shadow="md">
      <div className={classes.writeRow}>
        <Combobox.Target withKeyboardNavigation={choosing}>
          <Textarea
            ref={input}
            data-composer
            flex={1}
            autosize
            minRows={2}
            maxRows={9}
            aria-label={t("composer.noteText")}
            placeholder={t("composer.notePlaceholder")}
            value={text}
            onChange={(event) => write(event.currentTarget.value, event.currentTarget.selectionStart)}
            onBlur={() => list.closeDropdown()}
            onKeyDown={onKey}
          />
        </Combobox.Target>
        <div className={classes.writeTools}>
          <Tooltip label={t("composer.sendNoteKeys")}>
            <ActionIcon
              size="lg"
              variant="filled"
              color="yellow.8"
              aria-label={t("composer.sendNote")}
              aria-disabled={text.trim() === ""}
              data-disabled={text.trim() === "" || undefined}
              onClick={submit}
            >
              <IconNotes size={18} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </div>
      </div>
      <Combobox.Dropdown hidden={!choosing}>
        <Combobox.Options aria-label={t("composer.mentions")}>
          {found.map((agent) => (
            <Combobox.Option key={agent.id} value={agent.id}>
              {agent.name} · {agent.department.name}
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function matches(agent: Agent, asked: string): boolean {
  return plain(agent.name)
    .split(" ")
    .some((word) => word.startsWith(plain(asked)));
}

/** Without accents and capitals: «jose» finds José. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}
