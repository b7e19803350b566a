import { lookup } from 'node:dns/promises'

const lookupMs = 10_000

/** All addresses of a name, asked for once. Throws where there are none, and where the name server does not answer. */
export const resolveName = async (name: string): Promise<string[]> => {
  let timer: NodeJS.Timeout | undefined
  try {
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('The name server did not answer.')), lookupMs)
    })
    const found = await Promise.race([lookup(name, { all: true, verbatim: false }), late])
    if (!found.length) throw new Error('The name has no address.')
    return found.map(({ address }) => address)
  } finally {
    clearTimeout(timer)
  }
}
