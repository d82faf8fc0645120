import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { Page } from "../page/Page";
import { tellDone } from "../page/tell";
import { BackToSocial } from "./BackToSocial";
import { Editor } from "./Editor";

/** A post from nothing; from a free time of the calendar it knows where and when it is to be published. */
export function NewPost() {
  const { t } = useTranslation("social");
  const navigate = useNavigate();
  const [query] = useSearchParams();
  const at = query.get("at");
  const accounts = (query.get("accounts") ?? "").split(",").filter(Boolean);
  return (
    <Page title={t("new")} before={<BackToSocial />}>
      <Editor
        post={null}
        accounts={accounts}
        onKept={(post) => {
          tellDone(t("editor.created"));
          void navigate(`/social/post/${post.id}${at === null ? "" : `?at=${encodeURIComponent(at)}`}`, {
            replace: true,
          });
        }}
      />
    </Page>
  );
}
