/**
 * What the page gets from its server. There is nothing to run here.
 *
 * @typedef {import("discord-api-types/v10").APIMessage} Message
 * @typedef {import("discord-api-types/v10").APIEmbed} Embed
 * @typedef {import("discord-api-types/v10").APIAttachment} Attachment
 * @typedef {import("discord-api-types/v10").APIApplicationCommand} Command
 *
 * @typedef {object} Option A command's option, by the fields that the page uses.
 * @property {number} type
 * @property {string} name
 * @property {string} description
 * @property {string} [description_localized] In the language of whose page this is.
 * @property {boolean} [required]
 * @property {boolean} [autocomplete]
 * @property {Choice[]} [choices]
 * @property {Option[]} [options]
 * @property {number} [min_value]
 * @property {number} [max_value]
 * @property {number} [min_length]
 * @property {number} [max_length]
 *
 * @typedef {{ name: string, name_localized?: string, value: string | number }} Choice
 *
 * @typedef {object} Component Any component, by the fields that the page uses.
 * @property {number} type
 * @property {number} [id]
 * @property {string} [custom_id]
 * @property {number} [style]
 * @property {string} [label]
 * @property {string} [description]
 * @property {string} [content]
 * @property {string} [url]
 * @property {string} [placeholder]
 * @property {string} [value]
 * @property {boolean} [required]
 * @property {boolean} [disabled]
 * @property {boolean} [divider]
 * @property {boolean} [spoiler]
 * @property {number} [spacing]
 * @property {number | null} [accent_color]
 * @property {number} [min_values]
 * @property {number} [max_values]
 * @property {number} [min_length]
 * @property {number} [max_length]
 * @property {{ name?: string | null, id?: string | null }} [emoji]
 * @property {SelectOption[]} [options]
 * @property {Component[]} [components]
 * @property {Component} [component]
 * @property {Component} [accessory]
 * @property {{ media: Media, description?: string | null, spoiler?: boolean }[]} [items]
 * @property {Media} [media]
 * @property {Media} [file]
 * @property {string} [name]
 * @property {number} [size]
 *
 * @typedef {{ label: string, value: string, description?: string, default?: boolean, emoji?: { name?: string | null } }} SelectOption
 * @typedef {{ url: string, width?: number, height?: number, content_type?: string }} Media
 *
 * @typedef {{ id: string, name: string, displayName: string, bot: boolean, role: string | null, color: string | null, moderator: boolean }} Person
 * @typedef {{ id: string, name: string, topic: string | null, nsfw: boolean, parentId: string | null, kind: "text" | "thread" | "dm" }} Channel
 * @typedef {{ id: string, name: string, channels: Channel[], people: Person[], roles: { id: string, name: string }[] }} Guild
 *
 * @typedef {object} State
 * @property {string} me The id of the person whose page this is.
 * @property {string} as Their name: it outlives a restart of the server, which ids don't.
 * @property {string} locale Discord's, of that person.
 * @property {string} botName
 * @property {boolean} online
 * @property {string[]} hints
 * @property {Guild[]} guilds
 * @property {Channel[]} directMessages
 * @property {Person[]} identities
 *
 * @typedef {object} Interaction
 * @property {string} id
 * @property {boolean} isCommand
 * @property {string | null} name
 * @property {string | null} customId
 * @property {string} channelId
 * @property {string | null} sourceMessageId
 * @property {"waiting" | "acknowledged" | "failed"} state
 * @property {Modal | null} modal
 *
 * @typedef {{ custom_id: string, title: string, components: Component[] }} Modal
 */
export {};
