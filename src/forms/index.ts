import type { Helpdesk } from '../core/config.js'
import type { Part } from '../core/part.js'
import { refuseGaps } from './collections.js'
import { sweepSubmissions } from './journal.js'
import { openFromForms } from './open.js'
import { refuseForms } from './options.js'

export type { ChooseFormTicket, FormOptions, Forms, FormTicketArgs } from './options.js'

/** What the forms give the roof: nothing where none opens tickets. */
export const formsPart = ({ forms, tickets }: Helpdesk): Part => {
  refuseForms(forms, tickets.fillableFields)
  if (!Object.keys(forms).length) return {}
  return {
    work: [
      { name: 'forms.open', everyMs: 5000, run: openFromForms },
      { name: 'forms.sweep', everyMs: 60 * 60_000, run: ({ payload }) => sweepSubmissions(payload) },
    ],
    onInit: refuseGaps,
  }
}
