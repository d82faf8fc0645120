import { useParams } from "react-router";
import { TicketList } from "./TicketList";
import { TicketPage } from "./TicketPage";

export default function Tickets() {
  const { id } = useParams();
  return id === undefined ? <TicketList /> : <TicketPage key={id} id={id} />;
}
