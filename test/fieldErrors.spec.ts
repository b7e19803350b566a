import { APIError, type ErrorResult, ValidationError } from 'payload'
import { expect, it } from 'vitest'
import { tellFields } from '../src/setup.js'

const wrong = {
  collection: 'users',
  errors: [{ label: 'Email', message: 'Enter an address.', path: 'email' }],
}
const said = 'The following field is invalid: Email'

/** An error of the other copy of Payload, which a minifier has named. */
const foreign = Object.assign(new Error(said), { name: 'h', data: wrong, status: 400, isPublic: true })

const tell = (error: Error, result: ErrorResult) =>
  tellFields({ error, result, collection: undefined, context: {}, req: {} as never } as never)

it('puts the fields back that an answer has lost', () => {
  expect(tell(foreign, { errors: [{ message: said } as never] })).toEqual({
    response: { errors: [{ name: 'ValidationError', data: wrong, message: said }] },
  })
})

it('leaves all other answers as they are', () => {
  const known = new ValidationError(structuredClone(wrong) as never)
  const whole = { errors: [{ name: 'ValidationError', data: wrong, message: known.message }] }
  expect(tell(known, whole as never)).toBeUndefined()
  // What Payload keeps to itself stays so.
  expect(tell(foreign, { errors: [{ message: 'Something went wrong.' } as never] })).toBeUndefined()
  expect(
    tell(new APIError('Full.', 413, { limit: 3 }), { errors: [{ message: 'Full.' } as never] }),
  ).toBeUndefined()
  expect(tell(new Error('x'), {} as never)).toBeUndefined()
})
