import type { Reporter, TestCase } from 'vitest/node'

/** Fails the run where a test passed only when it was tried again: such a test hides what it found. */
export default class SteadyReporter implements Reporter {
  private readonly unsteady: string[] = []

  onTestCaseResult(test: TestCase): void {
    if (test.result().state === 'passed' && (test.diagnostic()?.retryCount ?? 0) > 0)
      this.unsteady.push(`${test.module.relativeModuleId} > ${test.fullName}`)
  }

  onTestRunEnd(): void {
    if (!this.unsteady.length) return
    console.error(`\nPassed only when tried again:\n  ${this.unsteady.join('\n  ')}`)
    process.exitCode = 1
  }
}
