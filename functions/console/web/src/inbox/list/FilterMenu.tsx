import { Button, Popover, Select, Stack, Switch, UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../../session/session";
import { useBranches } from "../../people/lists";
import { PRIORITIES } from "../../tickets/words";
import { channelName } from "../channels";
import { CHANNELS, type Filters } from "../lists";

interface Props {
  filters: Filters;
  change: (wanted: Partial<Filters>) => void;
  children: ReactNode;
}

/** Narrows the list to a branch, a channel, a priority, or to what is closed. */
export function FilterMenu({ filters, change, children }: Props) {
  const { t } = useTranslation(["inbox", "tickets"]);
  const { me } = useMe();
  const branches = useBranches();
  const mine = me.branches ?? branches.data ?? [];
  return (
    <Popover position="bottom-end" width={240} shadow="md" trapFocus withinPortal>
      <Popover.Target>
        <UnstyledButton aria-label={t("filters.open")}>{children}</UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          <Select
            size="xs"
            label={t("filters.branch")}
            placeholder={t("filters.any")}
            clearable
            comboboxProps={{ withinPortal: false }}
            data={mine.map((branch) => ({ value: branch.id, label: branch.name }))}
            value={filters.branch}
            onChange={(branch) => change({ branch })}
          />
          <Select
            size="xs"
            label={t("filters.channel")}
            placeholder={t("filters.any")}
            clearable
            comboboxProps={{ withinPortal: false }}
            data={CHANNELS.map((value) => ({ value, label: channelName(value) }))}
            value={filters.channel}
            onChange={(channel) => change({ channel })}
          />
          <Select
            size="xs"
            label={t("filters.priority")}
            placeholder={t("filters.any")}
            clearable
            comboboxProps={{ withinPortal: false }}
            data={PRIORITIES.map((value) => ({ value, label: t(`tickets:priorities.${value}`) }))}
            value={filters.priority}
            onChange={(priority) => change({ priority })}
          />
          <Switch
            size="xs"
            mt={4}
            label={t("filters.closed")}
            checked={filters.box === "closed"}
            onChange={(event) => change({ box: event.currentTarget.checked ? "closed" : "all" })}
          />
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() =>
              change({
                branch: null,
                channel: null,
                priority: null,
                ...(filters.box === "closed" && { box: "all" }),
              })
            }
          >
            {t("filters.clear")}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
