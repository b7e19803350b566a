import { describe, expect, it, vi } from 'vitest'
import { resolveHost } from './host.js'

// What name servers answer, said by the test: it is the one thing here that is somebody else's.
const names = vi.hoisted(() => ({ asked: 0, answers: [] as (object[] | Error)[] }))
vi.mock('node:dns/promises', () => ({
  lookup: async () => {
    const answer = names.answers[Math.min(names.asked++, names.answers.length - 1)]!
    if (answer instanceof Error) throw answer
    return answer
  },
}))

const answers = (...addresses: string[]) =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

const say = (...all: (object[] | Error)[]) => {
  names.asked = 0
  names.answers = all
}

describe('J02 a mail server by its name', () => {
  it.each([['127.0.0.1'], ['10.1.2.3'], ['169.254.169.254'], ['::1'], ['::ffff:7f00:1'], ['fd00::1']])(
    'is refused where the name leads to %s',
    async (address) => {
      say(answers(address))
      await expect(resolveHost({ host: 'mail.example.com', allowPrivate: false })).rejects.toMatchObject({
        code: 'privateHost',
        retry: false,
      })
    },
  )

  it('is refused where one of several addresses is private', async () => {
    say(answers('93.184.215.14', '192.168.0.5'))
    await expect(resolveHost({ host: 'mail.example.com', allowPrivate: false })).rejects.toMatchObject({
      code: 'privateHost',
    })
  })

  it('is connected to by the address that was checked, whatever the name says a moment later', async () => {
    say(answers('93.184.215.14'), answers('127.0.0.1'))
    expect(await resolveHost({ host: 'mail.example.com', allowPrivate: false })).toEqual({
      address: '93.184.215.14',
      servername: 'mail.example.com',
    })
    expect(names.asked).toBe(1)
  })

  it('may be private where the site says so', async () => {
    say(answers('10.1.2.3'))
    expect((await resolveHost({ host: 'mail.internal', allowPrivate: true })).address).toBe('10.1.2.3')
  })

  it('that nobody knows is tried again', async () => {
    say(new Error('getaddrinfo ENOTFOUND'))
    await expect(resolveHost({ host: 'mail.example.com', allowPrivate: false })).rejects.toMatchObject({
      code: 'dns',
      retry: true,
    })
  })
})
