import { ColorInput, NumberInput, SimpleGrid, Switch, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

type Scalar = string | number | boolean | null;
export type Values = Record<string, Scalar>;

interface Props {
  fields: Values;
  change: (fields: Values) => void;
  editable: boolean;
}

const COLOR = /^#[0-9a-fA-F]{6}$/;

/** A setting of some named values, an input each by what it holds. */
export function Fields({ fields, change, editable }: Props) {
  const { t } = useTranslation("settings");
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" verticalSpacing="xs">
      {Object.entries(fields).map(([name, value]) => (
        <Field
          key={name}
          label={t(`leaves.${name}`, { defaultValue: name })}
          value={value}
          disabled={!editable}
          put={(fresh) => change({ ...fields, [name]: fresh })}
        />
      ))}
    </SimpleGrid>
  );
}

interface FieldProps {
  label: string;
  value: Scalar;
  disabled: boolean;
  put: (value: Scalar) => void;
}

function Field({ label, value, disabled, put }: FieldProps) {
  const shown = { size: "xs", label, disabled } as const;
  if (typeof value === "boolean") {
    return (
      <Switch {...shown} mt={22} checked={value} onChange={(event) => put(event.currentTarget.checked)} />
    );
  }
  if (typeof value === "number") {
    return (
      <NumberInput
        {...shown}
        min={0}
        value={value}
        onChange={(typed) => typeof typed === "number" && put(typed)}
      />
    );
  }
  if (value !== null && COLOR.test(value)) {
    return <ColorInput {...shown} format="hex" value={value} onChange={put} />;
  }
  return (
    <TextInput
      {...shown}
      value={value ?? ""}
      onChange={({ currentTarget }) => put(currentTarget.value === "" ? null : currentTarget.value)}
    />
  );
}
