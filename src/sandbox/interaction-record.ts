import type {
  APIInteraction,
  APIModalInteractionResponseCallbackData,
  InteractionResponseType,
  InteractionType,
} from "discord-api-types/v10";

export interface Choice {
  name: string;
  value: string | number;
}

/** An interaction from being sent until its token has expired. */
export interface InteractionRecord {
  id: string;
  token: string;
  type: InteractionType;
  userId: string;
  channelId: string;
  guildId?: string;
  payload: APIInteraction;
  createdAt: number;
  /** `failed` is what the client shows as 'The application did not respond'. */
  state: "waiting" | "acknowledged" | "failed";
  acknowledgedAt?: number;
  response?: InteractionResponseType;
  /** The message that @original names. */
  originalId?: string;
  /** The message whose component was used. */
  sourceMessageId?: string;
  modal?: APIModalInteractionResponseCallbackData;
  choices?: Choice[];
  /** By a fault, before its time. */
  expired: boolean;
}
