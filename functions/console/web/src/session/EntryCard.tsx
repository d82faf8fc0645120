import { Box, Center, Group, Image, Paper, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** The card in the middle of an otherwise empty page, for those who are not inside yet. */
export function EntryCard({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Center component="main" mih="100dvh" p="md">
      <Box w="100%" maw={380}>
        <Group justify="center" mb="lg" gap="sm">
          <Image src="/console/icon.svg" alt="" w={36} h={36} />
          <Title order={2} fz="h3">
            Relevo
          </Title>
        </Group>
        <Paper withBorder p="lg" radius="md" shadow="sm">
          <Title order={1} fz="h4" mb="md">
            {title}
          </Title>
          {children}
        </Paper>
      </Box>
    </Center>
  );
}
