import type { Endpoint } from 'payload'
import { defineEndpoint } from '../../core/endpoint.js'
import { claimRole, mayClaim } from '../../operations/claimRole.js'
import type { Claim } from '../api.js'
import { nothing } from './shapes.js'

export const claimEndpoints: Endpoint[] = [
  defineEndpoint({
    path: '/helpdesk/claim',
    method: 'post',
    allow: mayClaim,
    body: nothing,
    handler: ({ req }): Promise<Claim> => claimRole({ req }),
  }),
]
