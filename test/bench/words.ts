import { makeRandom } from '../faults/mails.js'

const common =
  'the to and order my a is of it for you have not can please in was with we on delivery thank invoice when help this ' +
  'that your parcel hello but from be still tent me has would number refund at stove they as address are customer ' +
  'yesterday payment wrong will any there which been jacket size after return email again two broken know boots ' +
  'received charge pack card received week account password login question price shop website missing damaged replacement ' +
  'warranty zipper pole size colour black green tracking courier monday tuesday friday morning january february march ' +
  'receipt discount voucher subscription cancel change update photo attached regards kind best thanks team quickly soon'

const syllables =
  'ba ce di fo gu la me ni po ru sa te vi wo xu ya ze ka mor lin tas ver dol pen sim gar hel ton ric nad bel cor'.split(
    ' ',
  )

/**
 * Words as letters use them: a few in every sentence, then ever rarer ones. Whoever picks by `random() ** 3` meets the
 * first ones most.
 */
export const vocabulary: string[] = (() => {
  const random = makeRandom(20)
  const words = new Set(common.split(' '))
  while (words.size < 6000) {
    const parts = 2 + Math.floor(random() * 3)
    words.add(
      Array.from({ length: parts }, () => syllables[Math.floor(random() * syllables.length)]).join(''),
    )
  }
  return [...words]
})()
