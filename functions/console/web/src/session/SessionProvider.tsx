import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import { answer, api } from "../api/client";
import type { Me } from "../api/contract";
import { choose } from "../i18n";
import { FailedToLoad, Loading } from "../shell/states";
import { SessionContext, type SessionState } from "./session";
import { begin, end, onSession, resume as goOn } from "./token";

const OTHER_TABS = "relevo-session";

/** Finds out who is signed in, and gives it to everything inside. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [me, setMe] = useState<Me | null>(null);
  const [known, setKnown] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  const resume = useCallback(() => {
    goOn().then(() => {
      setFailure(null);
      setKnown(true);
    }, setFailure);
  }, []);

  useEffect(() => {
    const others = new BroadcastChannel(OTHER_TABS);
    others.onmessage = () => end();
    const forget = onSession((session) => {
      setMe(session?.user ?? null);
      if (session === null) queries.clear();
    });
    resume();
    return () => {
      forget();
      others.close();
    };
  }, [resume, queries]);

  const session = useMemo<SessionState>(
    () => ({
      me,
      can: (permission) => me?.permissions.includes(permission) ?? false,
      signIn: async (email, password) =>
        begin(await answer(api.POST("/api/auth/login", { body: { email, password } }))),
      signOut: async () => {
        await answer(api.POST("/api/auth/logout"));
        new BroadcastChannel(OTHER_TABS).postMessage("ended");
        end();
      },
      changed: (change) => {
        if (change.language !== undefined) choose(change.language);
        setMe((now) => (now === null ? now : { ...now, ...change }));
      },
    }),
    [me],
  );

  if (failure !== null) return <FailedToLoad error={failure} retry={resume} />;
  if (!known) return <Loading />;
  return <SessionContext value={session}>{children}</SessionContext>;
}
