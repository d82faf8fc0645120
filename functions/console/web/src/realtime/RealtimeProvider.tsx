import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { useMe } from "../session/session";
import { Loading } from "../shell/states";
import { LiveContext } from "./useLive";
import { Live } from "./live";

/** Keeps what is inside current, from before its first look at the data until it is left. */
export function RealtimeProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const { me } = useMe();
  const [live, setLive] = useState<Live | null>(null);
  // What one may see decides what is listened to: another person, other branches, another connection.
  const rights = JSON.stringify([me.id, me.branches?.map((branch) => branch.id), me.agent?.id]);

  useEffect(() => {
    const one = new Live(queries, me);
    let left = false;
    void one.start().finally(() => left || setLive(one));
    return () => {
      left = true;
      one.stop();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `me` is new with every renewed session; its rights are not
  }, [rights, queries]);

  return live === null ? <Loading /> : <LiveContext value={live}>{children}</LiveContext>;
}
