import { describe, expect, it } from 'vitest'
import { mailErrorOf } from './imapError.js'

const fault = (facts: object) => mailErrorOf(Object.assign(new Error('Command failed'), facts))

describe('FT32 a server that asks for patience', () => {
  it.each([
    ['by its response code', { serverResponseCode: 'OVERQUOTA', responseStatus: 'NO' }],
    ['by another one', { serverResponseCode: 'INUSE', responseStatus: 'NO' }],
    ['in words', { responseStatus: 'NO', responseText: 'Too many simultaneous connections. (Failure)' }],
    ['in words at the greeting', { reason: 'Rate limit exceeded, try again later' }],
    ['also when it refuses the sign-in for it', { authenticationFailed: true, serverResponseCode: 'LIMIT' }],
    ['by the client’s own word', { code: 'ETHROTTLE' }],
  ])('%s', (_name, facts) => {
    expect(fault(facts)).toMatchObject({ code: 'throttled', retry: true })
  })
})

describe('G08 a server that sends too much', () => {
  it.each(['LineTooLarge', 'LiteralTooLarge', 'ResponseTooLarge', 'TooManyTokens', 'TooManyResponses'])(
    '%s',
    (code) => {
      expect(fault({ code })).toMatchObject({ code: 'tooLarge', retry: true })
    },
  )
})

it('FT33 a refused password is no fault to try again', () => {
  expect(fault({ authenticationFailed: true, responseStatus: 'NO' })).toMatchObject({
    code: 'auth',
    retry: false,
  })
})

it('I06 tells what the server said, never what we did', () => {
  const error = fault({
    executedCommand: 'A1 LOGIN user secret-9',
    responseText: 'Invalid',
    responseStatus: 'NO',
  })
  expect(`${error.message} ${error.response}`).not.toContain('secret-9')
})
