import { useQuery } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import type { User, UserIn, UserPatch } from "../../api/desk";
import { keys } from "../../api/queries";

export function useUsers() {
  return useQuery({
    queryKey: keys.users,
    queryFn: everybody,
    select: (users) => users.toSorted((a, b) => a.name.localeCompare(b.name)),
  });
}

/** A company's users are few enough to be read at once, page by page. */
async function everybody(): Promise<User[]> {
  const users: User[] = [];
  let cursor: string | undefined;
  do {
    const page = await answer(api.GET("/api/auth/users", { params: { query: { limit: 100, cursor } } }));
    users.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return users;
}

export function createUser(body: UserIn) {
  return answer(api.POST("/api/auth/users", { body }));
}

export function changeUser(id: string, body: UserPatch) {
  return answer(api.PATCH("/api/auth/users/{user_id}", { params: { path: { user_id: id } }, body }));
}

export function resetPassword(id: string) {
  return answer(api.POST("/api/auth/users/{user_id}/password", { params: { path: { user_id: id } } }));
}
