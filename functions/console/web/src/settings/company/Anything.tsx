import { JsonInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  label: string;
  value: unknown;
  change: (value: unknown) => void;
  editable: boolean;
}

/** A setting that no form of ours fits, as it is kept; what cannot be read changes nothing. */
export function Anything({ label, value, change, editable }: Props) {
  const { t } = useTranslation("settings");
  // What is being typed, as long as it is.
  const [draft, setDraft] = useState<string | null>(null);
  return (
    <JsonInput
      aria-label={label}
      autosize
      minRows={3}
      maxRows={16}
      validationError={t("unreadable")}
      disabled={!editable}
      value={draft ?? JSON.stringify(value, null, 2)}
      onChange={(written) => {
        setDraft(written);
        const read = parsed(written);
        if (read !== undefined) change(read);
      }}
      onBlur={() => draft !== null && parsed(draft) !== undefined && setDraft(null)}
    />
  );
}

/** What a text says, undefined where it cannot be read. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
