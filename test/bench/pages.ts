import type { BenchArgs } from './site.js'
export const benchPages = async (_args: BenchArgs & { sizes: number[] }): Promise<void> => {}
