/** `signing`: signs each call. `url`: stands in the address, for senders that cannot sign. */
export const webhookKeyKinds = ['signing', 'url'] as const
export type WebhookKeyKind = (typeof webhookKeyKinds)[number]

/** The old and the new one, while senders are moved over. */
export const mostKeysOfAKind = 2
