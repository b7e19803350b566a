import { splitHits } from '../desk/highlight.js'
import { splitLinks } from '../desk/links.js'

/** Plain text with its addresses as links. */
export const Linked = ({ text }: { text: string }) =>
  splitLinks(text).map((piece, index) =>
    piece.href ? (
      <a key={index} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
        {piece.text}
      </a>
    ) : (
      piece.text
    ),
  )

/** A passage with the hits of a search marked. */
export const Hits = ({ passage }: { passage: string }) =>
  splitHits(passage).map(({ text, isHit }, index) => (isHit ? <mark key={index}>{text}</mark> : text))
