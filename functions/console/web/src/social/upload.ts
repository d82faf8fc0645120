import { answer, api } from "../api/client";
import { ApiProblem } from "../api/problem";
import type { Media } from "./queries";

const TAKEN = ["image/jpeg", "video/mp4", "video/quicktime"];
const LONGEST_SIDE = 2048;
const QUALITY = 0.9;

/** What a person may choose: pictures of any kind a browser opens, and films the networks take. */
export const ACCEPTED = "image/jpeg,image/png,image/webp,image/avif,video/mp4,video/quicktime";

/** Puts a file into the bucket, past our servers; how far it is, from 0 to 1, is told on the way. */
export async function upload(chosen: File, progress: (share: number) => void): Promise<Media> {
  const file = TAKEN.includes(chosen.type) ? chosen : await asJpeg(chosen);
  const { media, url } = await answer(
    api.POST("/api/social/media", {
      body: { filename: file.name.slice(-200), mime_type: file.type, size: file.size },
    }),
  );
  await put(url, file, progress);
  const taken = await answer(
    api.POST("/api/social/media/{media_id}/uploaded", { params: { path: { media_id: media.id } } }),
  );
  if (taken.state !== "ready") throw new ApiProblem(422, { detail: taken.reason ?? "" });
  return taken;
}

/** Instagram takes nothing but JPEG: other pictures are made into one here, before they leave the browser. */
async function asJpeg(file: File): Promise<File> {
  if (!file.type.startsWith("image/")) return file;
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const pen = canvas.getContext("2d");
  if (pen === null) return file;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  return made === null ? file : new File([made], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" });
}

/** Fetch tells nothing of what was sent; the older interface does. */
function put(url: string, file: File, progress: (share: number) => void): Promise<void> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.setRequestHeader("Content-Type", file.type);
    request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
    request.onload = () =>
      request.status < 300 ? done() : failed(new ApiProblem(request.status, { detail: request.statusText }));
    request.onerror = () => failed(new ApiProblem(0, {}));
    request.send(file);
  });
}
