import { error as english } from '../../translations/en/error.js'

type RefusalArgs = {
  key: string
  /** What the server said. */
  message: string
  /** What the catalogue of the reader's language has for the key. */
  translated: string
}

/** A refusal in the reader's language. Where that is English, the server's own words, which may say more. */
export const refusalWords = ({ key, message, translated }: RefusalArgs): string =>
  translated && translated !== (english as Record<string, string>)[key] ? translated : message || translated
