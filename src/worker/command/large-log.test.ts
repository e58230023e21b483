// Test of a program that says more than the memory should hold.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** In a process of its own: the peak of this one belongs to all the tests before. */
const program = `
  import { openCommandBench } from ${JSON.stringify(new URL('./command-fixture.ts', import.meta.url).href)}
  import { stat } from 'node:fs/promises'
  import { join } from 'node:path'
  const peaks = []
  for (const mebibytes of [20, 100]) {
    const bench = await openCommandBench('large/log')
    const repeat = Math.round((mebibytes * 2 ** 20) / 100)
    const steps = [{ print: 'y'.repeat(99), repeat }, { write: 'result.json', json: 1 }]
    const changes = { progress: [{ pattern: '^(?<done>[0-9]+)/(?<total>[0-9]+)' }], failPatterns: ['error: .*'] }
    const outcome = await bench.run(bench.declare({ steps }, changes))
    if (outcome.state !== 'succeeded') throw new Error(JSON.stringify(outcome))
    const { size } = await stat(join(bench.folder, 'logs/fake.log'))
    peaks.push({ size, repeat, said: bench.said.length, peakMebibytes: process.resourceUsage().maxRSS / 1024 })
    await bench.close()
  }
  process.stdout.write(JSON.stringify(peaks))
`

describe('a program that says 100 MiB', () => {
  it('is logged to the last byte without being held in memory', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      env: { PATH: process.env.PATH },
    })
    const [small, large] = JSON.parse(stdout) as { size: number; repeat: number; said: number; peakMebibytes: number }[]
    expect(large!.size).toBe(large!.repeat * 100)
    // 80 MiB more are said; garbage between two collections takes some, but never the log itself.
    expect(large!.peakMebibytes - small!.peakMebibytes).toBeLessThan(50)
  }, 120_000)
})
