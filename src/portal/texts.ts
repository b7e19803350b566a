import { type PortalWords, portalWords } from '../translations/portal/index.js'

/** Some of the words, otherwise. */
export type PortalTexts = { [Key in keyof PortalWords]?: Partial<PortalWords[Key]> | PortalWords[Key] }

export type TextsArgs = { language: string; texts?: PortalTexts | undefined }

/** The words of a language, with the site's own in the place of ours; English where we lack the language. */
export const portalTexts = ({ language, texts = {} }: TextsArgs): PortalWords => {
  const words = portalWords[language] ?? portalWords[language.split('-')[0]!] ?? portalWords['en']!
  return Object.fromEntries(
    Object.entries(words).map(([key, value]) => {
      const own = texts[key as keyof PortalTexts]
      if (own === undefined) return [key, value]
      return [key, typeof value === 'string' ? own : { ...value, ...(own as object) }]
    }),
  ) as PortalWords
}

/** `{name}` in a text, by its value. */
export const fill = (text: string, values: Record<string, string | number>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  )
