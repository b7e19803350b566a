import type { Plugin } from 'payload'
export type HelpdeskOptions = Record<string, unknown>
export const helpdeskPlugin =
  (_options: HelpdeskOptions): Plugin =>
  (config) =>
    config
export const helpdeskIndexes =
  () =>
  async ({ schema }: { schema: never }) =>
    schema
