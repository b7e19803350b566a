'use client'
import { toast } from '@payloadcms/ui'
import { useState } from 'react'
import type { ThreadView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import { useKeys } from '../desk/keys.js'
import { useActs } from '../desk/useActs.js'
import { Confirm } from '../elements/Confirm.js'
import { Menu } from '../elements/Menu.js'
import { useInbox } from '../Inbox/InboxContext.js'
import { RequesterDialog } from './RequesterDialog.js'

/** What is done to a ticket now and then. */
export const ThreadMenu = ({ thread }: { thread: ThreadView }) => {
  const { text, isManager, adminUrl, slugs } = useDesk()
  const { act } = useActs()
  const { step, go } = useInbox()
  const [dialog, setDialog] = useState<'requester' | 'key' | 'links' | 'delete' | 'block' | null>(null)
  const { ticket, blocked } = thread
  const { address } = ticket.requester

  const markUnread = () => {
    // An open ticket that is unread would soon be marked as read.
    go({ ticket: null })
    void act({ ticket, verb: 'read', body: { read: false }, expect: { unread: true } })
  }
  const spam = async () => {
    const isSpam = !ticket.spam
    const done = text(isSpam ? 'thread:spamDone' : 'thread:notSpamDone')
    const next = isSpam ? () => step(1, { orList: true }) : undefined
    if (await act({ ticket, verb: 'spam', body: { spam: isSpam }, expect: { spam: isSpam }, done })) next?.()
  }
  const block = async () => {
    setDialog(null)
    await act({
      ticket,
      verb: 'block',
      body: { blocked: !blocked },
      done: text(blocked ? 'thread:unblockDone' : 'thread:blockDone', { address }),
    })
  }
  const renewKey = async () => {
    setDialog(null)
    await act({ ticket, verb: 'reply-key', body: {}, done: text('thread:renewKeyDone') })
  }
  const revokeLinks = async () => {
    setDialog(null)
    await act({ ticket, verb: 'revoke-links', body: {}, done: text('thread:revokeLinksDone') })
  }
  const remove = async () => {
    setDialog(null)
    step(1, { orList: true })
    await act({
      ticket,
      verb: 'delete',
      body: {},
      done: text('thread:deleteDone', { number: ticket.number }),
    })
  }
  const copyLink = async () => {
    await navigator.clipboard.writeText(window.location.href)
    toast.success(text('thread:linkCopied'))
  }
  useKeys({ u: markUnread })

  return (
    <>
      <Menu
        label={text('thread:menu')}
        items={[
          { label: text('thread:markUnread'), hint: 'U', onPick: markUnread },
          { label: text('thread:changeRequester'), icon: 'person', onPick: () => setDialog('requester') },
          { label: text('thread:renewKey'), icon: 'retry', onPick: () => setDialog('key') },
          { label: text('thread:revokeLinks'), icon: 'shield', onPick: () => setDialog('links') },
          // Browsers give the clipboard to pages over https only.
          ...(globalThis.navigator?.clipboard
            ? [{ label: text('thread:copyLink'), icon: 'link' as const, onPick: () => void copyLink() }]
            : []),
          ...(isManager
            ? [
                {
                  label: text('thread:openRecord'),
                  icon: 'file' as const,
                  onPick: () =>
                    window.open(adminUrl(`/collections/${slugs.tickets}/${ticket.id}`), '_blank', 'noopener'),
                },
              ]
            : []),
          'line',
          {
            label: text(ticket.spam ? 'thread:notSpam' : 'thread:spam'),
            icon: 'archive',
            onPick: () => void spam(),
          },
          {
            label: text(blocked ? 'thread:unblock' : 'thread:block', { address }),
            icon: 'shield',
            onPick: () => (blocked ? void block() : setDialog('block')),
          },
          ...(isManager
            ? [
                {
                  label: text('thread:delete'),
                  icon: 'close' as const,
                  isDanger: true,
                  onPick: () => setDialog('delete'),
                },
              ]
            : []),
        ]}
      />
      {dialog === 'requester' && <RequesterDialog ticket={ticket} onClose={() => setDialog(null)} />}
      {dialog === 'key' && (
        <Confirm
          title={text('thread:renewKey')}
          hint={text('thread:renewKeyHint')}
          verb={text('thread:renewKeyDo')}
          onClose={() => setDialog(null)}
          onConfirm={() => void renewKey()}
        />
      )}
      {dialog === 'links' && (
        <Confirm
          title={text('thread:revokeLinks')}
          hint={text('thread:revokeLinksHint')}
          verb={text('thread:revokeLinksDo')}
          onClose={() => setDialog(null)}
          onConfirm={() => void revokeLinks()}
        />
      )}
      {dialog === 'delete' && (
        <Confirm
          title={text('thread:deleteTitle', { number: ticket.number })}
          hint={text('thread:deleteHint')}
          verb={text('thread:delete')}
          isDanger
          onClose={() => setDialog(null)}
          onConfirm={() => void remove()}
        />
      )}
      {dialog === 'block' && (
        <Confirm
          title={text('thread:block', { address })}
          hint={text('thread:blockHint')}
          verb={text('thread:blockDo')}
          isDanger
          onClose={() => setDialog(null)}
          onConfirm={() => void block()}
        />
      )}
    </>
  )
}
