import { describe, expect, it } from 'vitest'
import { noResources, Sample, type ResourceSummary, withSample } from './sample.ts'
import { createSampleThinner } from './sample-thinner.ts'

/** Numbers that look random and are the same each time. */
function* numbers(): Generator<number> {
  for (let state = 1; ; ) {
    state = (state * 48_271) % 2_147_483_647
    yield state / 2_147_483_647
  }
}

function thinnedOver(seconds: number, gpuFrom = 0): { readonly all: ResourceSummary; readonly written: readonly Sample[] } {
  const random = numbers()
  const written: Sample[] = []
  const thinner = createSampleThinner((sample) => void written.push(sample))
  let all = noResources
  for (let i = 0; i < seconds; i += 1) {
    const next = () => Math.round(Number(random.next().value) * 1000)
    const hasGpu = i >= gpuFrom
    const sample: Sample = {
      at: i * 1000,
      stage: 'ssam',
      cpuPercent: next() / 10,
      workerMemoryBytes: next() * 1000,
      engineMemoryBytes: 5,
      ...(hasGpu ? { gpuPercent: next() / 10, gpuMemoryBytes: next() } : {}),
      readBytesPerSecond: next(),
      writeBytesPerSecond: next(),
      frameIndex: i,
    }
    all = withSample(all, sample)
    thinner.take(sample)
  }
  thinner.flush()
  return { all, written }
}

describe('thinned samples', () => {
  it('are all written for ten minutes, and of a night only so many that the journal stays small', () => {
    expect(thinnedOver(600).written).toHaveLength(600)
    const night = thinnedOver(10 * 3600).written
    expect(night.length).toBeLessThan(5500)
    expect(night.at(-1)).toMatchObject({ at: (10 * 3600 - 1) * 1000, frameIndex: 10 * 3600 - 1 })
    expect(night.every((sample, i) => i === 0 || sample.at > night[i - 1]!.at)).toBe(true)
    for (const sample of night) Sample.parse(sample)
  })

  it('fold into the same peaks, the same time and the same means as every reading would', () => {
    // A GPU that begins to answer while readings are held back.
    const { all, written } = thinnedOver(9001, 2500)
    const folded = written.reduce(withSample, noResources)
    for (const [key, value] of Object.entries(all)) {
      if (key === 'samples' || value === undefined) continue
      const got = folded[key as keyof ResourceSummary]
      if (key.endsWith('Peak') || key.endsWith('econds')) expect(got, key).toBe(value)
      // Written with one decimal, or as whole bytes.
      else expect(Math.abs((got ?? Number.NaN) - value) / value, key).toBeLessThan(0.001)
    }
    expect(folded.gpuSeconds).toBe(9001 - 2500)
  })
})
