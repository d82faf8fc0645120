import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import type { Attachment } from "../../api/contract";
import { keys } from "../../api/queries";
import { tellFailure } from "../../page/tell";

/** Links work for five minutes; a new one is asked for before. */
const LINK_MILLISECONDS = 4 * 60_000;

/** Where a file can be fetched from now. */
export function useLink(attachment: Attachment) {
  return useQuery({
    queryKey: ["attachment", attachment.id],
    enabled: attachment.state === "ready",
    staleTime: LINK_MILLISECONDS,
    gcTime: LINK_MILLISECONDS,
    queryFn: () =>
      answer(
        api.GET("/api/attachments/{attachment_id}/link", {
          params: { path: { attachment_id: attachment.id } },
        }),
      ),
  });
}

/** Say which VIN really stands in a picture; null: none, or not the one that was read. */
export function useCorrection(attachment: Attachment, conversation: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (vin: string | null) =>
      answer(
        api.PUT("/api/attachments/{attachment_id}/reading", {
          params: { path: { attachment_id: attachment.id } },
          body: { vin },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.messages(conversation) }),
    onError: tellFailure,
  });
}
