import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCalendarTime, IconRocket } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "../page/Confirm";
import { FormModal } from "../people/FormModal";
import { useMe } from "../session/session";
import { instantOf, localInput, nextHour } from "./days";
import { type Post, useReject, useSchedule, useStep, useZone } from "./queries";

type Dialog = "reject" | "schedule" | "cancel";

/** What can be done with a post now, by who is looking at it. */
export function PostActions({ post, suggested }: { post: Post; suggested: string | null }) {
  const { t } = useTranslation("social");
  const { can } = useMe();
  const step = useStep(post.id);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  const may = possible(post, can("social:write"), can("social:approve"));
  const busy = step.isPending;
  return (
    <Group gap="xs">
      {may.cancel && (
        <Button size="xs" variant="subtle" color="red" onClick={() => setDialog("cancel")}>
          {t("actions.cancel")}
        </Button>
      )}
      {may.unschedule && (
        <Button size="xs" variant="default" loading={busy} onClick={() => step.mutate("unschedule")}>
          {t("actions.unschedule")}
        </Button>
      )}
      {may.reject && (
        <Button size="xs" variant="default" onClick={() => setDialog("reject")}>
          {t("actions.reject")}
        </Button>
      )}
      {may.submit && (
        <Button size="xs" loading={busy} onClick={() => step.mutate("submit")}>
          {t("actions.submit")}
        </Button>
      )}
      {may.approve && (
        <Button size="xs" loading={busy} onClick={() => step.mutate("approve")}>
          {t("actions.approve")}
        </Button>
      )}
      {may.schedule && (
        <Button
          size="xs"
          leftSection={<IconCalendarTime size={14} aria-hidden />}
          onClick={() => setDialog("schedule")}
        >
          {t(post.status === "approved" ? "actions.schedule" : "actions.reschedule")}
        </Button>
      )}
      {dialog === "reject" && <Reject post={post} close={close} />}
      {dialog === "schedule" && <Schedule post={post} suggested={suggested} close={close} />}
      <Confirm
        opened={dialog === "cancel"}
        title={t("actions.cancelTitle")}
        verb={t("actions.cancel")}
        busy={busy}
        confirm={() => step.mutate("cancel", { onSuccess: close })}
        close={close}
      >
        {t("actions.cancelWhat")}
      </Confirm>
    </Group>
  );
}

/** What the post's status and the person's rights allow. What is public, or on its way, is not touched any more. */
function possible({ status, publications }: Post, writes: boolean, approves: boolean) {
  const untouched = publications.every(
    ({ state, step }) =>
      state !== "published" && state !== "unknown" && !(state === "due" && step !== "start"),
  );
  const movable = writes && untouched && status === "scheduled";
  return {
    cancel: writes && untouched && ["draft", "review", "approved", "scheduled"].includes(status),
    unschedule: movable,
    reject: approves && status === "review",
    submit: writes && !approves && status === "draft",
    approve: approves && (status === "draft" || status === "review"),
    schedule: movable || (writes && status === "approved"),
  };
}

function Reject({ post, close }: { post: Post; close: () => void }) {
  const { t } = useTranslation("social");
  const [reason, setReason] = useState("");
  const reject = useReject(post.id);
  return (
    <FormModal
      title={t("actions.reject")}
      busy={reject.isPending}
      close={close}
      submit={(event) => {
        event?.preventDefault();
        if (reason.trim() !== "") reject.mutate(reason.trim(), { onSuccess: close });
      }}
    >
      <TextInput
        label={t("actions.reason")}
        withAsterisk
        maxLength={200}
        data-autofocus
        value={reason}
        onChange={({ currentTarget: { value } }) => setReason(value)}
      />
    </FormModal>
  );
}

function Schedule({ post, suggested, close }: { post: Post; suggested: string | null; close: () => void }) {
  const { t } = useTranslation(["social", "shell"]);
  const zone = useZone();
  const [at, setAt] = useState(() => localInput(startOf(post, suggested), zone));
  const [sure, confirm] = useDisclosure();
  const schedule = useSchedule(post.id);
  const to = (time: string | null) => schedule.mutate(time, { onSuccess: close });
  return (
    <Modal
      opened
      onClose={close}
      title={t("schedule.title")}
      closeButtonProps={{ "aria-label": t("shell:close") }}
    >
      <Stack>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            to(instantOf(at, zone).toISOString());
          }}
        >
          <Group align="flex-end" gap="xs">
            <TextInput
              type="datetime-local"
              label={t("schedule.at")}
              description={zone}
              flex={1}
              required
              min={localInput(new Date(), zone)}
              value={at}
              onChange={({ currentTarget: { value } }) => setAt(value)}
            />
            <Button type="submit" loading={schedule.isPending}>
              {t("schedule.button")}
            </Button>
          </Group>
        </form>
        <Button
          variant="light"
          leftSection={<IconCalendarTime size={16} aria-hidden />}
          loading={schedule.isPending}
          onClick={() => to(null)}
        >
          {t("schedule.best")}
        </Button>
        <Text size="xs" c="dimmed">
          {t("schedule.bestHint")}
        </Text>
        {sure ? (
          <Button
            color="red"
            loading={schedule.isPending}
            onClick={() => to(new Date().toISOString())}
            leftSection={<IconRocket size={16} aria-hidden />}
          >
            {t("schedule.sure")}
          </Button>
        ) : (
          <Button variant="default" onClick={confirm.open} leftSection={<IconRocket size={16} aria-hidden />}>
            {t("schedule.now")}
          </Button>
        )}
      </Stack>
    </Modal>
  );
}

function startOf(post: Post, suggested: string | null): Date {
  const given = post.publish_at ?? suggested;
  return given !== null && Date.parse(given) > Date.now() ? new Date(given) : nextHour(new Date());
}
