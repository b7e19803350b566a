/**
 * The worker's clock. `HELPDESK_CLOCK_OFFSET_MS` moves it, so that hours and days can be tried in seconds and a
 * machine whose clock is wrong can be played.
 */
export const now = (): Date => new Date(Date.now() + Number(process.env['HELPDESK_CLOCK_OFFSET_MS'] ?? 0))
