import { useParams } from "react-router";
import { ReportList } from "./ReportList";
import { ReportPage } from "./ReportPage";

/** What happened, written for people: reports that came by themselves or were asked for, and each to be read. */
export default function Reports() {
  const { id } = useParams();
  return id === undefined ? <ReportList /> : <ReportPage key={id} id={id} />;
}
