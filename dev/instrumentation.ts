declare global {
  var helpdeskWorker: { stop: () => Promise<void> } | undefined
}

/** Next calls this once when the site's server starts: the help desk begins to fetch and send mail. */
export const register = async (): Promise<void> => {
  if (process.env.NEXT_RUNTIME !== 'nodejs' || process.env.HELPDESK_WORKER === 'false') return
  if (process.env.NEXT_PHASE === 'phase-production-build') return
  const { startHelpdesk } = await import('payload-helpdesk')
  const { default: config } = await import('@payload-config')
  globalThis.helpdeskWorker = await startHelpdesk({ config })
}
