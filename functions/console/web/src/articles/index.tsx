import { useParams } from "react-router";
import { Panes } from "../page/Panes";
import { ArticleList } from "./ArticleList";
import { ArticlePage } from "./ArticlePage";
import { NewArticle } from "./NewArticle";
import { TryPage } from "./TryIt";

/** What the bot answers from: the list on the left, one article, or a question to try, on the right. */
export default function Articles() {
  const { id } = useParams();
  return (
    <Panes list={<ArticleList />} listWidth={340} open={id !== undefined}>
      {openOf(id)}
    </Panes>
  );
}

function openOf(id: string | undefined) {
  if (id === undefined || id === "try") return <TryPage />;
  return id === "new" ? <NewArticle /> : <ArticlePage key={id} id={id} />;
}
