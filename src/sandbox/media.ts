import {
  type APIAttachment,
  type APIEmbed,
  type APIMessageTopLevelComponent,
  ComponentType,
  EmbedType,
} from "discord-api-types/v10";
import { attachmentNamed } from "./attachments.ts";
import { type FormIssue, invalidForm } from "./errors.ts";
import type { Component } from "./rules/components.ts";

interface Media {
  url: string;
}

/** Embeds as they come back: `attachment://` replaced by the file's address and its size filled in. */
export function resolveEmbeds(
  embeds: readonly APIEmbed[],
  attachments: readonly APIAttachment[],
): APIEmbed[] {
  const resolve = <T extends Media>(media: T): T => {
    const file = attachmentNamed(media.url, attachments);
    return file ? { ...media, ...sizeOf(file), url: file.url, proxy_url: file.proxy_url } : media;
  };
  return embeds.map((embed) => ({
    ...embed,
    type: EmbedType.Rich,
    ...(embed.image ? { image: resolve(embed.image) } : {}),
    ...(embed.thumbnail ? { thumbnail: resolve(embed.thumbnail) } : {}),
    ...(embed.author?.icon_url
      ? { author: { ...embed.author, icon_url: plain(embed.author.icon_url) } }
      : {}),
    ...(embed.footer?.icon_url
      ? { footer: { ...embed.footer, icon_url: plain(embed.footer.icon_url) } }
      : {}),
  }));

  function plain(url: string): string {
    return attachmentNamed(url, attachments)?.url ?? url;
  }
}

/** Components as they come back: numbered, and with their media looked up. */
export function resolveComponents(
  components: readonly APIMessageTopLevelComponent[],
  attachments: readonly APIAttachment[],
): APIMessageTopLevelComponent[] {
  const issues: FormIssue[] = [];
  const taken = new Set<number>();
  collectIds(components as readonly Component[], taken);
  let next = 1;
  const nextId = () => {
    while (taken.has(next)) next += 1;
    taken.add(next);
    return next;
  };
  const resolved = visit(components, ["components"]);
  if (issues.length > 0) throw invalidForm(issues);
  return resolved as APIMessageTopLevelComponent[];

  function visit(value: unknown, path: (string | number)[]): unknown {
    if (Array.isArray(value)) return value.map((entry, index) => visit(entry, [...path, index]));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([key, inner]) => [key, visit(inner, [...path, key])] as const);
    const copy = Object.fromEntries(entries) as Record<string, unknown>;
    if (isComponent(value, path)) {
      if (!copy.id) copy.id = nextId();
      // A file's name and size are told by Discord, whatever the sender said.
      if (copy.type === ComponentType.File) Object.assign(copy, fileFacts(copy));
    }
    return isMedia(copy, path) ? media(copy, path) : copy;
  }

  function media(copy: Media, path: (string | number)[]): Media {
    if (!copy.url.startsWith("attachment://")) return copy;
    const file = attachmentNamed(copy.url, attachments);
    if (!file) {
      issues.push({
        path: [...path, "url"],
        code: "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
        message: `The referenced attachment "${copy.url.slice("attachment://".length)}" was not found`,
      });
      return copy;
    }
    const { url, proxy_url, content_type } = file;
    return { ...copy, ...sizeOf(file), url, proxy_url, content_type, attachment_id: file.id } as Media;
  }

  function fileFacts(copy: Record<string, unknown>): { name?: string; size?: number } {
    const url = (copy.file as Media | undefined)?.url;
    const file = attachments.find((candidate) => candidate.url === url);
    return file ? { name: file.filename, size: file.size } : {};
  }
}

function isComponent(value: object, path: readonly (string | number)[]): boolean {
  const place = path.at(-1);
  return "type" in value && (typeof place === "number" || place === "accessory" || place === "component");
}

function isMedia(value: object, path: readonly (string | number)[]): value is Media {
  return (
    (path.at(-1) === "media" || path.at(-1) === "file") && "url" in value && typeof value.url === "string"
  );
}

function collectIds(components: readonly Component[], taken: Set<number>): void {
  for (const component of components) {
    if (component.id) taken.add(component.id);
    collectIds(component.components ?? [], taken);
    if (component.accessory) collectIds([component.accessory], taken);
  }
}

function sizeOf(file: APIAttachment): { width?: number; height?: number } {
  return file.width && file.height ? { width: file.width, height: file.height } : {};
}
