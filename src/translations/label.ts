import type { LabelFunction, StaticLabel } from 'payload'

/** A label from the help desk's translations, by its key without the `helpdesk:` prefix. */
export const label = (key: string): LabelFunction & StaticLabel =>
  (({ t }: { t: (key: string) => string }) => t(`helpdesk:${key}`)) as unknown as LabelFunction & StaticLabel
