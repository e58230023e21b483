// Tests of the fold: one record out of events, the same wherever it is done and however the stream was interrupted.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldRun, hasEnded, paceOf, type RunRecord } from './run.ts'
import { RunConfig } from './run-config.ts'
import { RunEvent, type RunHappening } from './run-event.ts'
import { noResources, type Sample, thinned, withSample } from './sample.ts'

const queued: RunHappening = {
  type: 'runQueued',
  runId: 'r1',
  name: 'room',
  config: RunConfig.parse({ scene: 'demo', output: '/out' }),
  scene: { name: 'demo', kind: 'demo', framesPath: '/f', frameCount: 3, width: 4, height: 3 },
  frameIndices: [0, 1, 2],
  frameNames: ['0.png', '1.png', '2.png'],
  appVersion: '1',
  buildId: 'b',
}
const sample = (at: number, workerMemoryBytes: number, cpuPercent = 100): Sample => ({
  at,
  stage: 'ssam',
  cpuPercent,
  workerMemoryBytes,
  engineMemoryBytes: 1,
})
const happenings: readonly RunHappening[] = [
  queued,
  { type: 'runStarted', device: 'cpu', gpu: 'none' },
  { type: 'stageStarted', stage: 'ssam', total: 0, unit: 'frames', generation: 1 },
  { type: 'stageStarted', stage: 'ssam', total: 3, unit: 'frames', backend: 'built-in', backendReason: 'the default', generation: 1 },
  { type: 'artifactWritten', stage: 'ssam', name: 'ssam/masks/level_2/000000.json', kind: 'masks', level: 2, frameIndex: 0 },
  { type: 'sampleTaken', stage: 'ssam', sample: sample(5, 9) },
  { type: 'stageProgressed', stage: 'ssam', done: 1, total: 3, frameIndex: 0 },
  { type: 'logWritten', source: 'ssam', severity: 'info', text: 'frame 0' },
  { type: 'stageProgressed', stage: 'ssam', done: 3, total: 3 },
  { type: 'stageFinished', stage: 'ssam', state: 'succeeded', durationMs: 40, counts: { candidates: 7 } },
  { type: 'warningRaised', title: 'few', message: 'Few candidates.', remedy: 'Lower the area.' },
  { type: 'cancelRequested' },
  { type: 'runFinished', state: 'cancelled' },
]
const events = happenings.map((happening, i) => RunEvent.parse({ ...happening, seq: i + 1, at: 1000 + i * 10 }))
const fold = (list: readonly RunEvent[], from?: RunRecord) =>
  list.reduce<RunRecord | undefined>((record, event) => foldRun(record, event), from)

describe('foldRun', () => {
  it('tells the run as it went', () => {
    const record = fold(events)!
    expect(record).toMatchObject({ id: 'r1', state: 'cancelled', device: 'cpu', startedAt: 1010, endedAt: 1120, seq: 13 })
    expect(record.warnings).toHaveLength(1)
    expect(record.stages[0]).toMatchObject({
      state: 'succeeded',
      done: 3,
      total: 3,
      frameIndex: 0,
      backend: 'built-in',
      durationMs: 40,
      counts: { candidates: 7 },
    })
    expect(record.stages.slice(1).map((stage) => stage.state)).toEqual(['waiting', 'waiting', 'waiting'])
  })
  it('gives the same record when a resumed stream tells old events again', () => {
    fc.assert(
      fc.property(fc.nat(events.length - 1), fc.nat(events.length - 1), (cut, again) => {
        const before = fold(events.slice(0, cut + 1))
        expect(fold(events.slice(Math.min(cut, again)), before)).toEqual(fold(events))
      }),
    )
  })
  it('is cancelling, not cancelled, until the end was seen', () => {
    expect(fold(events.slice(0, 12))?.state).toBe('cancelling')
    expect(hasEnded('cancelling')).toBe(false)
  })
  it('does not begin in the middle of a journal', () => {
    expect(() => foldRun(undefined, events[1]!)).toThrow(/runQueued/)
  })
  it('keeps memory constant over a long stage', () => {
    let record = fold(events.slice(0, 4))!
    for (let i = 0; i < 500; i += 1)
      record = foldRun(record, { type: 'stageProgressed', stage: 'ssam', done: i, total: 500, seq: 5 + i, at: 2000 + i })
    expect(record.stages[0]!.pace.length).toBeLessThanOrEqual(24)
  })
})

describe('paceOf', () => {
  const running = (steps: readonly number[]) => {
    let at = 0
    let record = fold(events.slice(0, 4))!
    for (const [i, step] of steps.entries()) {
      at += step
      record = foldRun(record, { type: 'stageProgressed', stage: 'ssam', done: i + 1, total: 10, seq: 5 + i, at: 1030 + at })
    }
    return paceOf(record.stages[0]!)
  }
  it('promises nothing before three steps', () => {
    expect(running([100, 100])).toBeUndefined()
  })
  it('gives the rate, and a range around it that is wider when steps differ', () => {
    const even = running([100, 100, 100, 100])!
    const uneven = running([20, 180, 20, 180])!
    expect(even.perSecond).toBeCloseTo(10)
    expect(even.remainingLowMs).toBeLessThanOrEqual(600)
    expect(even.remainingHighMs).toBeGreaterThanOrEqual(600)
    expect(uneven.remainingHighMs).toBeGreaterThan(even.remainingHighMs)
    expect(uneven.remainingLowMs).toBeGreaterThanOrEqual(0)
  })
})

describe('samples', () => {
  it('adds worker and engine for the peak of memory, and takes the mean over all samples', () => {
    const summary = [sample(1, 10, 50), sample(2, 30, 150)].reduce(withSample, noResources)
    expect(summary).toMatchObject({ samples: 2, cpuPercentMean: 100, cpuPercentPeak: 150, memoryBytesPeak: 31, memoryBytesMean: 21 })
    expect(summary.gpuPercentPeak).toBeUndefined()
  })
  it('takes the mean of GPU and disks over those samples that told them, not over all', () => {
    const read = (gpuPercent: number | undefined, readBytesPerSecond: number | undefined): Sample => ({
      ...sample(1, 1),
      gpuPercent,
      gpuMemoryBytes: gpuPercent === undefined ? undefined : gpuPercent * 10,
      readBytesPerSecond,
      writeBytesPerSecond: readBytesPerSecond,
    })
    const summary = [read(undefined, 100), read(40, undefined), read(60, 0), read(0, 200)].reduce(withSample, noResources)
    expect(summary).toMatchObject({ samples: 4, gpuSeconds: 3, gpuPercentPeak: 60, gpuMemoryBytesPeak: 600, diskSeconds: 3 })
    expect(summary.gpuPercentMean).toBeCloseTo(100 / 3)
    expect(summary.gpuMemoryBytesMean).toBeCloseTo(1000 / 3)
    expect(summary.readBytesPerSecondMean).toBeCloseTo(100)
    expect(summary.writeBytesPerSecondPeak).toBe(200)
  })
  it('keeps the whole time in bounded memory, in order, the first and the newest always there', () => {
    let kept: readonly Sample[] = []
    for (let i = 0; i < 1000; i += 1) {
      kept = thinned(kept, sample(i, 1), 50)
      expect(kept.length).toBeLessThanOrEqual(50)
      expect(kept.at(-1)?.at).toBe(i)
      expect(kept[0]?.at).toBe(0)
    }
    expect(kept.every((one, i) => i === 0 || one.at > kept[i - 1]!.at)).toBe(true)
  })
})
