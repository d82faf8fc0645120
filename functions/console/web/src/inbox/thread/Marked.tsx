import { Anchor } from "@mantine/core";
import { Fragment } from "react";
import { strongParts } from "./strong";

const ADDRESS = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/;

/** A text as it was written, its addresses made links, and what stands between stars strong. */
export function Marked({ text }: { text: string }) {
  return text.split(ADDRESS).map((part, index) =>
    index % 2 === 1 ? (
      <Anchor
        key={index}
        href={part}
        target="_blank"
        rel="noopener noreferrer nofollow"
        inherit
        underline="always"
      >
        {part}
      </Anchor>
    ) : (
      <Fragment key={index}>{strong(part)}</Fragment>
    ),
  );
}

function strong(text: string) {
  return strongParts(text).map((part, index) =>
    index % 2 === 1 ? <strong key={index}>{part}</strong> : part,
  );
}
