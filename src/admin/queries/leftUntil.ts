import { now } from '../../core/clock.js'

/** Milliseconds until a moment, 0 when it has passed: whoever is told need not have the right time. */
export const leftUntil = (iso: string): number => Math.max(0, Date.parse(iso) - now().getTime())
