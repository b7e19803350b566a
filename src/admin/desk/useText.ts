'use client'
import { useTranslation } from '@payloadcms/ui'
import { useCallback } from 'react'
import type { en } from '../../translations/en.js'

type Leaves<Tree, Path extends string = ''> = {
  [Key in keyof Tree & string]: Tree[Key] extends string
    ? `${Path}${Key}`
    : Leaves<Tree[Key], `${Path}${Key}:`>
}[keyof Tree & string]

type Stem<Key> = Key extends `${infer Start}_one` ? Start : Key extends `${infer Start}_other` ? Start : Key

/** Every text of the help desk, by its path; a counted one without `_one` and `_other`. */
export type TextKey = Stem<Leaves<typeof en>>

export type Text = (key: TextKey, values?: Record<string, string | number>) => string

/** The help desk's texts in the agent's language. */
export const useText = (): Text => {
  const { t } = useTranslation()
  return useCallback((key, values) => t(`helpdesk:${key}` as never, values as never), [t])
}

/** A text whose key comes from the server; `fallback` where this version has none. */
export const useServerText = () => {
  const { i18n } = useTranslation()
  return useCallback(
    ({ section, key, fallback }: { section: string; key: string; fallback: string }): string => {
      const texts = (i18n.translations as Record<string, Record<string, Record<string, unknown>>>)['helpdesk']
      const found = texts?.[section]?.[key]
      return typeof found === 'string' ? found : fallback
    },
    [i18n],
  )
}
