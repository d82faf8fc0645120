import { useCallback, useEffect, useRef, useState } from "react";
import type { Presence } from "../../api/contract";
import type { Lock } from "../../realtime/live";
import { SocketRefusal } from "../../realtime/socket";
import { useLive, usePresence } from "../../realtime/useLive";
import { useMe } from "../../session/session";
import { useNow } from "../../time/useNow";

/** The pen is held ten seconds; it is taken again well before. */
const AGAIN_MS = 4000;
const IDLE_MS = 6000;

/** Tells colleagues that one types, and who else holds the pen at this moment. */
export function useTypingSignal(conversation: string): {
  typed: () => void;
  stopped: () => void;
  lock: Lock | null;
} {
  const live = useLive();
  const { me } = useMe();
  const now = useNow("second");
  const [lock, setLock] = useState<Lock | null>(null);
  const colleague = penOf(
    usePresence(conversation).find((one) => one.state === "typing" && holds(one, me.id)),
  );
  const told = useRef(0);
  const idle = useRef<ReturnType<typeof setTimeout>>(undefined);

  const stopped = useCallback(() => {
    clearTimeout(idle.current);
    if (told.current === 0) return;
    told.current = 0;
    live.type(conversation, false).catch(() => undefined);
  }, [live, conversation]);

  const typed = useCallback(() => {
    clearTimeout(idle.current);
    idle.current = setTimeout(stopped, IDLE_MS);
    if (Date.now() - told.current < AGAIN_MS) return;
    told.current = Date.now();
    live.type(conversation, true).then(
      () => setLock(null),
      (error: unknown) => {
        if (error instanceof SocketRefusal && error.kind === "locked") setLock(holder(error));
      },
    );
  }, [live, conversation, stopped]);

  useEffect(() => stopped, [stopped]);

  const held = lock !== null && lock.user_id !== me.id && Date.parse(lock.until) > now;
  return { typed, stopped, lock: held ? lock : colleague };
}

function holds(present: Presence, me: string): boolean {
  return present.who === "user" && present.user?.id !== me;
}

/** A colleague who types has the pen, also before one has typed a letter oneself. */
function penOf(present: Presence | undefined): Lock | null {
  if (present === undefined || present.user === null) return null;
  return { user_id: present.user.id, name: present.user.name, until: present.until };
}

function holder(refusal: SocketRefusal): Lock {
  const said = (refusal.members.lock ?? refusal.members.holder ?? refusal.members) as Partial<Lock>;
  return {
    user_id: said.user_id ?? "",
    name: said.name ?? refusal.message,
    until: said.until ?? new Date(Date.now() + 10_000).toISOString(),
  };
}
