import { NumberInput, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Setting } from "../../api/desk";
import { Anything } from "./Anything";
import { DepartmentMap } from "./DepartmentMap";
import { Fields, type Values } from "./Fields";
import { madeOf } from "./kinds";
import { Points, type PointTree } from "./Points";

interface Props {
  setting: Setting;
  value: unknown;
  change: (value: unknown) => void;
  editable: boolean;
}

/** The input a setting's kind asks for, held to its rule (a JSON Schema); the server checks it again. */
export function ValueInput({ setting, value, change, editable }: Props) {
  const { t } = useTranslation("settings");
  const label = t(`names.${setting.key}`, { defaultValue: setting.key });
  const { minimum, maximum, maxLength } = setting.rule as Partial<Record<string, number>>;
  if (setting.kind === "number" || setting.kind === "integer") {
    return (
      <NumberInput
        aria-label={label}
        maw={180}
        min={minimum}
        max={maximum}
        step={setting.kind === "integer" ? 1 : 0.05}
        allowDecimal={setting.kind !== "integer"}
        disabled={!editable}
        value={value as number}
        onChange={(typed) => typeof typed === "number" && change(typed)}
      />
    );
  }
  if (setting.kind === "text") {
    return (
      <TextInput
        aria-label={label}
        maw={420}
        maxLength={maxLength}
        disabled={!editable}
        value={value as string}
        onChange={(event) => change(event.currentTarget.value)}
      />
    );
  }
  switch (madeOf(value)) {
    case "map":
      return <DepartmentMap map={value as Record<string, string>} change={change} editable={editable} />;
    case "points":
      return <Points tree={value as PointTree} change={change} editable={editable} />;
    case "fields":
      return <Fields fields={value as Values} change={change} editable={editable} />;
    default:
      return <Anything label={label} value={value} change={change} editable={editable} />;
  }
}
