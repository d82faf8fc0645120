import { Autocomplete, type AutocompleteProps } from "@mantine/core";
import { useState } from "react";
import { CATEGORIES, useCategoryName } from "./words";

interface Props extends Pick<AutocompleteProps, "label" | "size" | "maw" | "readOnly"> {
  category: string;
  /** Told when one is chosen, or written and left. */
  put: (category: string) => void;
}

/** A company's categories are words of its own: ours are offered by name, any other may be written. */
export function CategoryInput({ category, put, ...shown }: Props) {
  const named = useCategoryName();
  const [written, setWritten] = useState<string | null>(null);
  function keep(label: string) {
    const chosen = CATEGORIES.find((known) => named(known) === label) ?? label.trim();
    setWritten(null);
    if (chosen !== "" && chosen !== category) put(chosen);
  }
  return (
    <Autocomplete
      {...shown}
      data={CATEGORIES.map(named)}
      value={written ?? named(category)}
      onChange={setWritten}
      onOptionSubmit={keep}
      onBlur={() => keep(written ?? named(category))}
    />
  );
}
