import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))

const alias = [
  { find: /^payload-helpdesk$/, replacement: `${root}src/index.ts` },
  { find: /^payload-helpdesk\/(.+)$/, replacement: `${root}src/exports/$1.ts` },
]

/** Trips on a real Payload and Postgres. */
const trips = (name: string, folder: string) => ({
  extends: true as const,
  test: {
    name,
    environment: 'node' as const,
    include: [`${folder}/**/*.spec.ts`],
    globalSetup: ['test/int/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What these import takes longer to load than most of them take to run; each has a site and a database of its own.
    isolate: false,
    // These packages import style sheets, which Node itself cannot.
    server: {
      deps: {
        inline: [/@payloadcms\/(ui|next|richtext-lexical)/, 'react-image-crop', 'react-datepicker'],
      },
    },
  },
})

export default defineConfig({
  root,
  resolve: { alias },
  test: {
    pool: 'forks',
    // One more than the cores of a small machine: much of a trip is waiting for a server.
    maxWorkers: 3,
    retry: 0,
    allowOnly: false,
    teardownTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['src/**/*.spec.{ts,tsx}', 'test/*.spec.ts', 'dev/**/*.spec.ts'],
          // Some start processes; what has to be quick says so itself.
          testTimeout: 30_000,
        },
      },
      trips('int', 'test/int'),
      // Longer than npm test has time for.
      trips('faults', 'test/faults'),
    ],
  },
})
