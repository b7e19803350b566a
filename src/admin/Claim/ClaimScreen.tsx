'use client'
import '../desk/tokens.css'
import '../elements/elements.css'
import '../elements/facts.css'
import '../Inbox/Inbox.css'
import { SetStepNav, useRouteCache } from '@payloadcms/ui'
import { useState } from 'react'
import type { Claim } from '../api.js'
import { useExplain, useRequests } from '../desk/Desk.js'
import { useText } from '../desk/useText.js'
import { Icon } from '../elements/icons.js'
import { Notice } from '../elements/Notice.js'

/** Before anybody has a role: take the first one. Otherwise: whom to ask. */
export const ClaimScreen = ({ canClaim }: { canClaim: boolean }) => {
  const text = useText()
  const request = useRequests()
  const explain = useExplain()
  const { clearRouteCache } = useRouteCache()
  const [isClaiming, setClaiming] = useState(false)
  const [problem, setProblem] = useState('')

  const claim = async () => {
    setClaiming(true)
    setProblem('')
    try {
      await request.post<Claim>('/claim')
      clearRouteCache()
    } catch (error) {
      setProblem(explain(error))
      setClaiming(false)
    }
  }
  return (
    <div className="helpdesk helpdesk--plain">
      <SetStepNav nav={[{ label: text('inbox:title') }]} />
      <title>{text('inbox:title')}</title>
      <section className="hd-first" aria-labelledby="hd-claim-title">
        <Icon name={canClaim ? 'inbox' : 'shield'} size={34} />
        <h1 id="hd-claim-title">{text(canClaim ? 'claim:title' : 'claim:refusedTitle')}</h1>
        <p>{text(canClaim ? 'claim:hint' : 'claim:refusedHint')}</p>
        {canClaim && (
          <button
            type="button"
            className="hd-button hd-button--primary"
            disabled={isClaiming}
            onClick={() => void claim()}
          >
            {text('claim:do')}
          </button>
        )}
        {problem && (
          <Notice tone="bad" icon="warning" isUrgent>
            {problem}
          </Notice>
        )}
      </section>
    </div>
  )
}
