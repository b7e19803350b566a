'use client'
import type { ConnectionTest } from '../api.js'
import { useText } from '../desk/useText.js'
import { Icon } from '../elements/icons.js'
import { Notice } from '../elements/Notice.js'

const sides = ['receive', 'send'] as const

/** What a test did, step by step, in plain words and in the server's own. */
export const TestSteps = ({ test }: { test: ConnectionTest }) => {
  const text = useText()
  return (
    <div className="hd-test">
      <Notice tone={test.ok ? 'good' : 'bad'} icon={test.ok ? 'check' : 'warning'}>
        {text(test.ok ? 'mailboxEditor:testOk' : 'mailboxEditor:testFailed')}
      </Notice>
      {sides.map((side) => {
        const steps = test.steps.filter((step) => step.side === side)
        return steps.length ? (
          <div key={side}>
            <h4>{text(`mailbox:${side}`)}</h4>
            <ol>
              {steps.map((step) => (
                <li key={step.name} className={step.ok ? 'hd-test__ok' : 'hd-test__failed'}>
                  <Icon name={step.ok ? 'check' : 'close'} size={14} />
                  <span>
                    <span className="hd-hidden">
                      {text(step.ok ? 'mailboxEditor:stepOk' : 'mailboxEditor:stepFailed')}:{' '}
                    </span>
                    {step.message}
                    {step.response && <code>{step.response}</code>}
                  </span>
                  <span className="hd-test__ms">{step.ms} ms</span>
                </li>
              ))}
            </ol>
          </div>
        ) : null
      })}
    </div>
  )
}
