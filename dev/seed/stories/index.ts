import type { Story } from '../story.js'
import { billing } from './billing.js'
import { languages } from './languages.js'
import { machines } from './machines.js'
import { orders } from './orders.js'
import { short } from './short.js'
import { special } from './special.js'

/** Everything that happens to the pretend company. */
export const stories: Story[] = [...orders, ...languages, ...billing, ...special, ...machines, ...short]
