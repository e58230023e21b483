import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Sample } from '#core/run/sample'
import { createProcessMeter } from './process-meter.ts'
import { startSampler } from './sampler.ts'

let proc = ''
beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'scenewright-proc-'))
})
afterEach(() => rmSync(proc, { recursive: true, force: true }))

type Fake = { ticks?: number; kib?: number; read?: number; written?: number; children?: readonly number[]; io?: boolean }

/** A process with one thread, as the kernel tells it. */
function process_(pid: number, { ticks = 0, kib = 0, read = 0, written = 0, children = [], io = true }: Fake): void {
  const task = join(proc, `${pid}`, 'task', `${pid}`)
  mkdirSync(task, { recursive: true })
  // Waited-for children (the next two fields) are not of interest: they would come as a burst.
  const fields = ['S', ...Array(10).fill(0), ticks - 3, 3, 99_999, 99_999, ...Array(10).fill(0)]
  writeFileSync(join(proc, `${pid}`, 'stat'), `${pid} (node (x) y) ${fields.join(' ')}\n`)
  writeFileSync(join(proc, `${pid}`, 'status'), `Name:\tnode\nVmHWM:\t 999 kB\nVmRSS:\t  ${kib} kB\n`)
  writeFileSync(join(task, 'children'), children.map((child) => `${child} `).join(''))
  if (io) writeFileSync(join(task, 'io'), `rchar: 7\nwchar: 8\nread_bytes: ${read}\nwrite_bytes: ${written}\ncancelled_write_bytes: 0\n`)
}

describe('a process meter', () => {
  it('tells what happened between two readings, of the process and all below it, and nothing before the second', () => {
    process_(10, { ticks: 100, kib: 1000, read: 5000, written: 100, children: [11] })
    process_(11, { ticks: 50, kib: 500, children: [12] })
    process_(12, { ticks: 0, kib: 1 })
    const meter = createProcessMeter(10, { children: true, proc })
    expect(meter.read(0)).toBeUndefined()
    process_(10, { ticks: 150, kib: 2000, read: 9000, written: 100, children: [11] })
    process_(11, { ticks: 200, kib: 500, children: [12] })
    process_(12, { ticks: 0, kib: 1, written: 600 })
    expect(meter.read(2000)).toEqual({ cpuPercent: 100, memoryBytes: 2501 * 1024, readBytesPerSecond: 2000, writeBytesPerSecond: 300 })
    expect(createProcessMeter(10, { proc }).read(0)).toBeUndefined()
  })

  it('sees no burst and no negative rate when a child ends, and counts a new one from its birth', () => {
    process_(10, { ticks: 100, children: [11] })
    process_(11, { ticks: 900, read: 1_000_000 })
    const meter = createProcessMeter(10, { children: true, proc })
    meter.read(0)
    process_(10, { ticks: 110, children: [12] })
    rmSync(join(proc, '11'), { recursive: true })
    process_(12, { ticks: 5, read: 4000 })
    expect(meter.read(1000)).toMatchObject({ cpuPercent: 15, readBytesPerSecond: 4000, writeBytesPerSecond: 0 })
  })

  it('leaves disks out where they may not be read, and gives nothing for a process that is gone', () => {
    process_(10, { ticks: 1, io: false })
    const meter = createProcessMeter(10, { proc })
    meter.read(0)
    expect(meter.read(1000)).toMatchObject({ cpuPercent: 0, readBytesPerSecond: undefined })
    rmSync(join(proc, '10'), { recursive: true })
    expect(meter.read(2000)).toBeUndefined()
  })
})

describe('the sampler', () => {
  const start = (workerPid: number | undefined) => {
    mkdirSync(join(proc, 'self'))
    writeFileSync(join(proc, 'self', 'stat'), '1 (self) S')
    let at = 0
    const samples: Sample[] = []
    const sampler = startSampler({
      stage: 'ssam',
      workerPid,
      gpu: { read: () => undefined },
      frameIndex: () => 7,
      take: (sample) => void samples.push(sample),
      failed: () => {},
      proc,
      now: () => at,
    })
    return {
      samples,
      stop: (elapsed: number) => {
        at = elapsed
        sampler.stop()
      },
    }
  }

  it('gives a stage that ends within the first second one sample of worker and engine together', () => {
    process_(20, { ticks: 10, kib: 4, written: 50 })
    process_(process.pid, { ticks: 500, kib: 8, written: 1000 })
    const { samples, stop } = start(20)
    process_(20, { ticks: 30, kib: 4, written: 150 })
    process_(process.pid, { ticks: 900, kib: 8, written: 2000 })
    stop(500)
    stop(900)
    expect(samples).toEqual([
      expect.objectContaining({
        cpuPercent: 40,
        seconds: 0.5,
        workerMemoryBytes: 4096,
        engineMemoryBytes: 8192,
        writeBytesPerSecond: 2200,
        frameIndex: 7,
      }),
    ])
  })

  it('gives none for a stage too short to measure, and none for a worker that was lost', () => {
    process_(20, {})
    process_(process.pid, {})
    const short = start(20)
    short.stop(50)
    expect(short.samples).toEqual([])
    rmSync(join(proc, 'self'), { recursive: true })
    const lost = start(20)
    rmSync(join(proc, '20'), { recursive: true })
    lost.stop(5000)
    expect(lost.samples).toEqual([])
  })
})
