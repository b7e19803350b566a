'use client'
import type { ConnectionTest } from '../api.js'
import { useServerText, useText } from '../desk/useText.js'
import { Icon } from '../elements/icons.js'
import { Notice } from '../elements/Notice.js'

type Step = ConnectionTest['steps'][number]

const sides = ['receive', 'send'] as const

const StepLine = ({ step }: { step: Step }) => {
  const text = useText()
  const serverText = useServerText()
  const word = step.code === 'plusWorks' || step.code === 'plainOnly' ? step.code : step.name
  const advice = step.ok ? '' : serverText({ section: 'mailAdvice', key: step.code ?? '', fallback: '' })
  return (
    <li className={step.ok ? 'hd-test__ok' : 'hd-test__failed'}>
      <Icon name={step.ok ? 'check' : 'close'} size={14} />
      <div className="hd-test__words">
        <span className="hd-test__name">
          {serverText({ section: 'testStep', key: word, fallback: step.message })}
          <span className="hd-hidden">
            {' – '}
            {text(step.ok ? 'mailboxEditor:stepOk' : 'mailboxEditor:stepFailed')}
          </span>
        </span>
        {!step.ok && <p>{advice || step.message}</p>}
        {!step.ok && step.response && (
          <p className="hd-test__said">
            {text('mailboxEditor:serverSaid')} <code>{step.response}</code>
          </p>
        )}
      </div>
      {step.ms > 0 && <span className="hd-test__ms">{step.ms} ms</span>}
    </li>
  )
}

/** What a test did, step by step: what to do where one failed, and the server's own words. */
export const TestSteps = ({ test }: { test: ConnectionTest }) => {
  const text = useText()
  const isNothing = test.steps.length === 0
  const verdict = isNothing ? 'testNothing' : test.ok ? 'testOk' : 'testFailed'
  return (
    <div className="hd-test">
      <Notice tone={test.ok ? 'good' : 'bad'} icon={test.ok ? 'check' : 'warning'}>
        {text(`mailboxEditor:${verdict}`)}
      </Notice>
      {!isNothing && (
        <div className="hd-test__sides">
          {sides.map((side) => {
            const steps = test.steps.filter((step) => step.side === side)
            return steps.length ? (
              <div key={side}>
                <h3>{text(`mailbox:${side}`)}</h3>
                <ol>
                  {steps.map((step) => (
                    <StepLine key={step.name} step={step} />
                  ))}
                </ol>
              </div>
            ) : null
          })}
        </div>
      )}
    </div>
  )
}
