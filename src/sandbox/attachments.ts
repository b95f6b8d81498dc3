import type { APIAttachment } from "discord-api-types/v10";
import sharp from "sharp";
import { type FormIssue, invalidForm, tooLarge } from "./errors.ts";
import type { Channel, World } from "./world.ts";

const MAX_FILES = 10;

/** One `files[n]` part of a form. */
export interface Upload {
  index: number;
  filename: string;
  contentType: string;
  bytes: Buffer;
}

/** What the `attachments` field says of a file: of an upload by its index, of a kept one by its id. */
export interface AttachmentNote {
  id: string | number;
  filename?: string | null;
  description?: string | null;
  title?: string | null;
}

/** A message's files after a create (nothing `existing`) or an edit. */
export async function nextAttachments(
  world: World,
  channel: Channel,
  existing: readonly APIAttachment[],
  notes: readonly AttachmentNote[] | null | undefined,
  uploads: readonly Upload[],
): Promise<APIAttachment[]> {
  if (uploads.some((upload) => upload.bytes.length > world.attachmentSizeLimit)) throw tooLarge();
  // Without the field an edit keeps what is there; with it, only what is named stays.
  const kept = notes
    ? existing.filter((file) => notes.some((note) => String(note.id) === file.id))
    : existing;
  const issues: FormIssue[] = (notes ?? []).flatMap((note, position) =>
    existing.some((file) => file.id === String(note.id)) ||
    uploads.some((upload) => String(upload.index) === String(note.id))
      ? []
      : [
          {
            path: ["attachments", position, "id"],
            code: "ATTACHMENT_NOT_FOUND",
            message: "Attachment not found.",
          },
        ],
  );
  if (kept.length + uploads.length > MAX_FILES) {
    issues.push({
      path: ["attachments"],
      code: "BASE_TYPE_MAX_LENGTH",
      message: `Must be ${MAX_FILES} or fewer in length.`,
    });
  }
  if (issues.length > 0) throw invalidForm(issues);

  const described = kept.map((file) => {
    const note = notes?.find((candidate) => String(candidate.id) === file.id);
    return typeof note?.description === "string" ? { ...file, description: note.description } : file;
  });
  const added = await Promise.all(
    uploads.map((upload) =>
      store(
        world,
        channel.id,
        upload,
        notes?.find((note) => String(note.id) === String(upload.index)),
      ),
    ),
  );
  return [...described, ...added];
}

export async function store(
  world: World,
  channelId: string,
  upload: Upload,
  note?: AttachmentNote,
): Promise<APIAttachment> {
  const id = world.nextId();
  const filename = cleanFilename(note?.filename ?? upload.filename);
  world.files.set(id, upload.bytes);
  const url = `${world.origin}/attachments/${channelId}/${id}/${filename}`;
  return {
    id,
    filename,
    size: upload.bytes.length,
    url,
    proxy_url: url,
    ...(note?.description ? { description: note.description } : {}),
    ...(note?.title ? { title: note.title } : {}),
    ...(await describeBytes(upload)),
  };
}

/** Discord's file names keep letters, digits, dots, dashes and underscores. */
function cleanFilename(filename: string): string {
  const clean = filename.replaceAll(/[^A-Za-z0-9._-]+/g, "_").replace(/^\.+/, "");
  return clean === "" ? "unknown" : clean;
}

async function describeBytes(upload: Upload): Promise<Partial<APIAttachment>> {
  try {
    const { format, width, height, pageHeight } = await sharp(upload.bytes).metadata();
    // Discord shows an SVG as a file, not as a picture.
    if (format && format !== "svg") {
      return { content_type: `image/${format}`, width, height: pageHeight ?? height };
    }
  } catch {
    // Not a picture: its sender's word for what it is must do.
  }
  return upload.contentType === "" ? {} : { content_type: upload.contentType };
}

/** `attachment://name` points at one of the message's own files. */
export function attachmentNamed(
  url: string,
  attachments: readonly APIAttachment[],
): APIAttachment | undefined {
  const name = /^attachment:\/\/(.+)$/.exec(url)?.[1];
  return name === undefined
    ? undefined
    : attachments.find((file) => file.filename === decodeURIComponent(name));
}

export function forgetFiles(world: World, attachments: readonly APIAttachment[]): void {
  for (const attachment of attachments) world.files.delete(attachment.id);
}
