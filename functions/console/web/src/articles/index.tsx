import { useParams } from "react-router";
import { ArticleList } from "./ArticleList";
import { ArticlePage } from "./ArticlePage";
import classes from "./Articles.module.css";
import { NewArticle } from "./NewArticle";
import { TryPage } from "./TryIt";

/** What the bot answers from: the list on the left, one article, or a question to try, on the right. */
export default function Articles() {
  const { id } = useParams();
  return (
    <div className={classes.panes} data-open={id === undefined ? undefined : true}>
      <ArticleList />
      <div className={classes.open}>{openOf(id)}</div>
    </div>
  );
}

function openOf(id: string | undefined) {
  if (id === undefined || id === "try") return <TryPage />;
  return id === "new" ? <NewArticle /> : <ArticlePage key={id} id={id} />;
}
