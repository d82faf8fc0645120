import { NumberInput, SimpleGrid, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

export interface PointTree {
  [name: string]: number | PointTree;
}

interface Props {
  tree: PointTree;
  change: (tree: PointTree) => void;
  editable: boolean;
}

/** Points by name, those that belong together under their heading. */
export function Points({ tree, change, editable }: Props) {
  const named = usePointName();
  const points = Object.entries(tree).filter(
    (entry): entry is [string, number] => typeof entry[1] === "number",
  );
  const groups = Object.entries(tree).filter(
    (entry): entry is [string, PointTree] => typeof entry[1] === "object",
  );
  return (
    <>
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="xs" verticalSpacing="xs">
        {points.map(([name, value]) => (
          <NumberInput
            key={name}
            size="xs"
            label={named(name)}
            min={0}
            max={100}
            allowDecimal={false}
            disabled={!editable}
            value={value}
            styles={{ root: { display: "flex", flexDirection: "column", justifyContent: "flex-end" } }}
            onChange={(typed) => typeof typed === "number" && change({ ...tree, [name]: typed })}
          />
        ))}
      </SimpleGrid>
      {groups.map(([name, branch]) => (
        <div key={name} role="group" aria-label={named(name)}>
          <Text size="sm" fw={600} mb={4}>
            {named(name)}
          </Text>
          <Points tree={branch} change={(fresh) => change({ ...tree, [name]: fresh })} editable={editable} />
        </div>
      ))}
    </>
  );
}

function usePointName(): (name: string) => string {
  const { t } = useTranslation(["settings", "page"]);
  return (name) => t(`leaves.${name}`, { defaultValue: t(`page:channels.${name}`, { defaultValue: name }) });
}
