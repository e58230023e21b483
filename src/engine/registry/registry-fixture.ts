// Run folders as programs leave them, for tests of the registry.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunSummary } from '#api/api'
import { RunConfig } from '#core/run/run-config'
import type { RunEvent } from '#core/run/run-event'
import { journalFile, runFile, runFormat } from '../runs/run-folder.ts'
import { partialSummary } from './run-summary.ts'

export function summaryOf(id: string, folder: string, more: Partial<RunSummary> = {}): RunSummary {
  return partialSummary({ id, name: `run ${id}`, state: 'succeeded', folder, sceneName: 'kitchen', queuedAt: 1000, ...more })
}

/** One of ours; `ending` none leaves it as a killed engine would. */
export function writeOwnRun(
  folder: string,
  id: string,
  { name = `run ${id}`, scene = 'kitchen', at = 1000, ending = 'succeeded' as 'succeeded' | 'failed' | 'none' } = {},
): void {
  mkdirSync(folder, { recursive: true })
  const config = RunConfig.parse({ scene: '/scenes/kitchen', output: join(folder, '..'), name: name.slice(0, 120), levels: [2, 4] })
  const facts = {
    runId: id,
    name,
    config,
    scene: { path: '/s', framesPath: '/scenes/kitchen', name: scene, kind: 'frames', frameCount: 9, width: 4, height: 3 },
    frameIndices: [0, 2, 4, 6, 8],
    frameNames: ['0.png', '2.png', '4.png', '6.png', '8.png'],
    appVersion: '0',
    buildId: 'b',
  }
  const queued = { type: 'runQueued', seq: 1, at, ...facts } as Extract<RunEvent, { type: 'runQueued' }>
  const events: RunEvent[] = [
    queued,
    { type: 'runStarted', seq: 2, at: at + 1, device: 'cpu', gpu: 'none' },
    ...(ending === 'none' ? [] : [{ type: 'runFinished' as const, seq: 3, at: at + 60_000, state: ending }]),
  ]
  writeFileSync(join(folder, journalFile), events.map((event) => `${JSON.stringify(event)}\n`).join(''))
  writeFileSync(
    join(folder, runFile),
    JSON.stringify({ format: runFormat, version: 1, queuedAt: new Date(at).toISOString(), ...facts }, undefined, 2),
  )
}

/** One of My3DIS; without `finished` as a run that failed leaves it. */
export function writeForeignRun(folder: string, finished = true): void {
  mkdirSync(join(folder, 'level_2', 'raw'), { recursive: true })
  writeFileSync(join(folder, 'level_2', 'raw', 'manifest.json'), JSON.stringify({ format: 'my3dis.raw_candidates.v1', chunks: [] }))
  writeFileSync(
    join(folder, 'manifest.json'),
    JSON.stringify({
      mode: 'candidates_only',
      levels: [2, 4, 6],
      data_path: '/d/scene_00010_00/outputs/color',
      scene: 'scene_00010_00',
      selected_frames: ['0.jpg', '1.jpg', '2.jpg'],
      ts_epoch: 1_761_042_229,
      frames_total: 120,
      frames_selected: 3,
      frames_ssam: 1,
      ssam_freq: 4,
    }),
  )
  if (!finished) return
  const text = JSON.stringify({
    config_path: 'configs/a.yaml',
    invoked_at: '2025-10-21T18:20:00+08:00',
    generated_at: '2025-10-21T18:23:49+08:00',
    experiment: { name: 'v7_135', scene: 'scene_00010_00', output_root: '/o', scene_index: 3 },
    stages: { ssam: { started_at: '2025-10-21T18:20:01+08:00', ended_at: '2025-10-21T18:22:01+08:00' } },
    loss: 0,
  })
  // As Python writes it.
  writeFileSync(join(folder, 'workflow_summary.json'), text.replace('"loss":0', '"loss": NaN'))
}
