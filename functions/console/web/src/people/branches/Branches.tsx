import {
  ActionIcon,
  Group,
  Paper,
  SegmentedControl,
  Skeleton,
  Stack,
  Switch,
  Text,
  Title,
} from "@mantine/core";
import { IconBuildingStore, IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../../api/client";
import type { Branch } from "../../api/desk";
import type { BranchIn } from "../../api/desk";
import { keys } from "../../api/queries";
import { useMe } from "../../session/session";
import { Empty, FailedToLoad } from "../../shell/states";
import { useChange } from "../changes";
import { useBranches } from "../lists";
import { Toolbar } from "../Toolbar";
import { BranchForm } from "./BranchForm";
import { Numbers } from "./Numbers";

export function Branches() {
  const { t } = useTranslation("people");
  const { can } = useMe();
  const { data: branches, error, refetch } = useBranches();
  const [edited, setEdited] = useState<Branch | "new" | null>(null);
  const manages = can("branches:manage");
  if (branches === undefined) {
    return error === null ? (
      <Skeleton h={260} />
    ) : (
      <FailedToLoad error={error} retry={() => void refetch()} />
    );
  }
  return (
    <>
      {manages ? (
        <Toolbar add={{ label: t("branches.new"), open: () => setEdited("new") }} />
      ) : (
        <Text size="sm" c="dimmed" mb="md">
          {t("branches.readOnly")}
        </Text>
      )}
      {branches.length === 0 && (
        <Empty
          icon={<IconBuildingStore size={22} aria-hidden />}
          title={t("branches.empty.title")}
          hint={t("branches.empty.hint")}
        />
      )}
      <Stack>
        {branches.map((branch) => (
          <BranchCard key={branch.id} branch={branch} edit={manages ? () => setEdited(branch) : null} />
        ))}
      </Stack>
      {edited !== null && (
        <BranchForm branch={edited === "new" ? null : edited} close={() => setEdited(null)} />
      )}
    </>
  );
}

function BranchCard({ branch, edit }: { branch: Branch; edit: (() => void) | null }) {
  const { t } = useTranslation(["people", "page"]);
  const facts = [branch.code, branch.timezone, t(`page:languages.${branch.language}`), branch.currency];
  return (
    <Paper component="section" aria-label={branch.name} withBorder p="md">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div>
          <Title order={2} fz="md">
            {branch.name}
          </Title>
          <Text size="xs" c="dimmed">
            {facts.join(" · ")}
          </Text>
        </div>
        {edit !== null && (
          <ActionIcon aria-label={t("branches.edit", { name: branch.name })} onClick={edit}>
            <IconPencil size={16} aria-hidden />
          </ActionIcon>
        )}
      </Group>
      <Rules branch={branch} editable={edit !== null} />
      <Numbers branch={branch} editable={edit !== null} />
    </Paper>
  );
}

/** How what waits in a branch finds its person. */
function Rules({ branch, editable }: { branch: Branch; editable: boolean }) {
  const { t } = useTranslation("people");
  const change = useChange({
    call: (body: Partial<BranchIn>) =>
      answer(api.PATCH("/api/branches/{branch_id}", { params: { path: { branch_id: branch.id } }, body })),
    stale: [keys.branches],
    said: t("branches.saved"),
  });
  const label = `${t("branches.assignment")}: ${branch.name}`;
  return (
    <Group my="md" gap="xl" align="flex-start">
      <div>
        <Text size="sm" fw={550} mb={4}>
          {t("branches.assignment")}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label={label}
          disabled={!editable || change.isPending}
          data={(["automatic", "manual"] as const).map((value) => ({
            value,
            label: t(`branches.assignments.${value}`),
          }))}
          value={branch.assignment}
          onChange={(assignment) => change.mutate({ assignment: assignment as Branch["assignment"] })}
        />
        <Text size="xs" c="dimmed" mt={4} maw={340}>
          {t("branches.assignmentHint")}
        </Text>
      </div>
      <Switch
        label={t("branches.faithful")}
        description={t("branches.faithfulHint")}
        maw={340}
        checked={branch.faithful}
        disabled={!editable || change.isPending}
        onChange={(event) => change.mutate({ faithful: event.currentTarget.checked })}
      />
    </Group>
  );
}
