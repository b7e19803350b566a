/** A passage in pieces, the hits of a search (between \u0002 and \u0003) apart. */
export const splitHits = (passage: string): { text: string; isHit: boolean }[] =>
  passage
    .split('\u0002')
    .flatMap((piece, index) => {
      if (index === 0) return [{ text: piece, isHit: false }]
      const [hit = '', ...rest] = piece.split('\u0003')
      return [
        { text: hit, isHit: true },
        { text: rest.join(''), isHit: false },
      ]
    })
    .filter(({ text }) => text)

const controls = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/g

/** A file's name without the signs that turn reading round: `exe.gpj` must not read as `jpg.exe`. */
export const plainName = (name: string): string => name.replace(controls, '\ufffd')
