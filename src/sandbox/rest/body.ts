import type { Upload } from "../attachments.ts";
import { badFormat, DiscordError } from "../errors.ts";

export interface Body {
  json: unknown;
  uploads: Upload[];
}

/** Reads JSON, or a form of `payload_json` and `files[n]`, as Discord's "Uploading Files" describes it. */
export async function readBody(raw: Buffer | undefined, contentType: string | undefined): Promise<Body> {
  if (!raw || raw.length === 0) return { json: undefined, uploads: [] };
  if (contentType?.startsWith("multipart/form-data")) return readForm(raw, contentType);
  if (contentType?.startsWith("application/json")) return { json: parse(raw.toString("utf8")), uploads: [] };
  throw new DiscordError(400, 50035, "Invalid Form Body", [
    {
      path: ["_content_type"],
      code: "CONTENT_TYPE_INVALID",
      message: `Expected "Content-Type" header to be one of {'application/json', 'multipart/form-data'}.`,
    },
  ]);
}

async function readForm(raw: Buffer, contentType: string): Promise<Body> {
  let form: FormData;
  try {
    // Node's own parser, by way of the Response that would carry such a body.
    form = await new Response(new Uint8Array(raw), { headers: { "content-type": contentType } }).formData();
  } catch {
    throw badFormat();
  }
  const uploads: Upload[] = [];
  let json: unknown = {};
  for (const [name, value] of form) {
    const index = /^files\[(\d+)\]$/.exec(name)?.[1];
    if (name === "payload_json") json = parse(typeof value === "string" ? value : await value.text());
    else if (index !== undefined && typeof value !== "string") {
      uploads.push({
        index: Number(index),
        filename: value.name,
        contentType: value.type,
        bytes: Buffer.from(await value.arrayBuffer()),
      });
    }
  }
  return { json, uploads };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badFormat();
  }
}

/**
 * The specification and the documentation differ in two types that Discord takes either way: the documentation
 * gives `default_member_permissions` as a string and counts uploads in `attachments` by number.
 */
export function forSchema(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(forSchema);
  if (typeof body !== "object" || body === null) return body;
  const copy: Record<string, unknown> = { ...body };
  if (typeof copy.default_member_permissions === "string") {
    copy.default_member_permissions = Number(copy.default_member_permissions);
  }
  if (Array.isArray(copy.attachments)) {
    copy.attachments = copy.attachments.map((note: unknown) =>
      typeof note === "object" && note !== null && "id" in note && typeof note.id === "number"
        ? { ...note, id: String(note.id) }
        : note,
    );
  }
  if (copy.data) copy.data = forSchema(copy.data);
  return copy;
}
