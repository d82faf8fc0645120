import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Fact, Section } from "../details/Section";
import { useMessages } from "../queries";
import classes from "./Pictures.module.css";
import { countryOf, vehicleOf, vinsOf } from "./vin";

/** The vehicles of the pictures in a conversation, the newest first; nothing where there are none. */
export function VehicleSection({ conversation }: { conversation: string }) {
  const { t, i18n } = useTranslation("pictures");
  const messages =
    useMessages(conversation)
      .data?.pages.toReversed()
      .flatMap((page) => page.items) ?? [];
  const found = vinsOf(messages);
  if (found.length === 0) return null;
  return (
    <Section title={t("vehicles")}>
      {found.map((reading) => (
        <dl key={reading.vin} style={{ margin: 0 }}>
          <Text size="sm" fw={600}>
            {vehicleOf(reading) || t("unknownVehicle")}
          </Text>
          <Fact name={t("vin")}>
            <span className={classes.vin}>{reading.vin}</span>
          </Fact>
          <Fact name={t("country")}>{countryOf(reading, i18n.language)}</Fact>
          <Fact name={t("check")}>{reading.decoded?.check && t(`checks.${reading.decoded.check}`)}</Fact>
          <Fact name={t("state")}>{reading.corrected ? t("corrected") : t(`short.${reading.verdict}`)}</Fact>
        </dl>
      ))}
    </Section>
  );
}
