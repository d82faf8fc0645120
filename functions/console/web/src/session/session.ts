import { createContext, use } from "react";
import type { Me } from "../api/contract";

export interface SessionState {
  /** Who is signed in; null before signing in and after the session's end. */
  me: Me | null;
  can: (permission: string) => boolean;
  /** Throws ApiProblem: `wrong-credentials`, `slow-down`. */
  signIn: (email: string, password: string) => Promise<void>;
  signOut: () => Promise<void>;
  /** Notes what the server has accepted of a change of one's own profile. */
  changed: (change: Partial<Me>) => void;
}

export const SessionContext = createContext<SessionState | null>(null);

/** The session, also where nobody is signed in. */
export function useSession(): SessionState {
  const session = use(SessionContext);
  if (session === null) throw new Error("useSession is called outside of SessionProvider");
  return session;
}

/** Who is signed in, and what they may do, on screens that need somebody signed in. */
export function useMe(): { me: Me; can: (permission: string) => boolean } {
  const { me, can } = useSession();
  if (me === null) throw new Error("useMe is called where nobody is signed in");
  return { me, can };
}
