import { ActionIcon, Button, FileButton, Group, Progress, Text } from "@mantine/core";
import { IconArrowLeft, IconPhotoPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemText } from "../api/words";
import type { Media } from "./queries";
import classes from "./Social.module.css";
import { ACCEPTED, upload } from "./upload";

interface Props {
  files: Media[];
  readOnly?: boolean;
  onChange: (files: Media[]) => void;
}

/** Pictures and videos in their order; chosen ones go straight into the bucket. */
export function Files({ files, readOnly, onChange }: Props) {
  const { t } = useTranslation("social");
  const [share, setShare] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);

  async function add(chosen: File[]) {
    setError(null);
    const kept = [...files];
    for (const [place, file] of chosen.entries()) {
      try {
        kept.push(await upload(file, (part) => setShare((place + part) / chosen.length)));
        onChange([...kept]);
      } catch (failure) {
        setError(failure);
      }
    }
    setShare(null);
  }

  function move(place: number) {
    const moved = [...files];
    const [file] = moved.splice(place, 1);
    if (file !== undefined) moved.splice(place - 1, 0, file);
    onChange(moved);
  }

  return (
    <section aria-label={t("files.title")}>
      <Group gap="xs" mb={6}>
        <Text size="sm" fw={500}>
          {t("files.title")}
        </Text>
        {readOnly !== true && (
          <FileButton multiple accept={ACCEPTED} onChange={(chosen) => void add(chosen)}>
            {(props) => (
              <Button
                {...props}
                size="compact-xs"
                variant="default"
                loading={share !== null}
                leftSection={<IconPhotoPlus size={14} aria-hidden />}
              >
                {t("files.add")}
              </Button>
            )}
          </FileButton>
        )}
      </Group>
      {share !== null && <Progress value={share * 100} aria-label={t("files.uploading")} mb={6} />}
      {error !== null && (
        <Text size="xs" c="red" role="alert" mb={6}>
          {problemText(error)}
        </Text>
      )}
      <div className={classes.files}>
        {files.map((file, place) => (
          <div key={file.id} className={classes.file}>
            <Shown file={file} />
            {readOnly !== true && (
              <Group gap={2} className={classes.drop}>
                {place > 0 && (
                  <ActionIcon
                    size={24}
                    variant="default"
                    aria-label={t("files.earlier", { name: file.filename })}
                    onClick={() => move(place)}
                  >
                    <IconArrowLeft size={14} aria-hidden />
                  </ActionIcon>
                )}
                <ActionIcon
                  size={24}
                  variant="default"
                  aria-label={t("files.remove", { name: file.filename })}
                  onClick={() => onChange(files.filter(({ id }) => id !== file.id))}
                >
                  <IconX size={14} aria-hidden />
                </ActionIcon>
              </Group>
            )}
          </div>
        ))}
      </div>
      {files.length === 0 && (
        <Text size="xs" c="dimmed">
          {t("files.none")}
        </Text>
      )}
    </section>
  );
}

export function Shown({ file, controls }: { file: Media; controls?: boolean }) {
  if (file.url === null) return null;
  if (file.kind === "image") return <img src={file.url} alt={file.filename} loading="lazy" />;
  // What people are about to publish has no captions yet.
  // eslint-disable-next-line jsx-a11y/media-has-caption
  return <video src={file.url} aria-label={file.filename} preload="metadata" controls={controls} />;
}
