import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node'

/**
 * Fails the run where a test passed only when it was tried again: such a test hides what it found. Writes what failed
 * outside of tests, in files, hooks and beside them, to the file that HELPDESK_FAILED_OUTSIDE names: a list of lines.
 */
export default class SteadyReporter implements Reporter {
  private readonly unsteady: string[] = []

  onTestCaseResult(test: TestCase): void {
    if (test.result().state === 'passed' && (test.diagnostic()?.retryCount ?? 0) > 0)
      this.unsteady.push(`${test.module.relativeModuleId} > ${test.fullName}`)
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const outside = [
      ...modules.flatMap((module) => [
        ...module.errors().map(({ message }) => `${module.relativeModuleId}: ${message}`),
        ...[...module.children.allSuites()].flatMap((suite) =>
          suite.errors().map(({ message }) => `${module.relativeModuleId}: ${suite.fullName}: ${message}`),
        ),
      ]),
      ...unhandled.map(({ message }) => `outside of tests: ${message}`),
      ...this.unsteady.map((test) => `${test}: passed only when tried again`),
    ]
    const file = process.env.HELPDESK_FAILED_OUTSIDE
    if (file) writeFileSync(file, JSON.stringify(outside))
    if (!this.unsteady.length) return
    console.error(`\nPassed only when tried again:\n  ${this.unsteady.join('\n  ')}`)
    process.exitCode = 1
  }
}
