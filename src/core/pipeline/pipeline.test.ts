// Tests of the declared pipeline, of which frames get candidates, and of the names of run folders.

import { describe, expect, it } from 'vitest'
import { candidatePositions, my3dis, runFolderName } from './pipeline.ts'

describe('my3dis', () => {
  it('never needs a stage that comes later: the runner takes them in order', () => {
    const seen = new Set<string>()
    for (const stage of my3dis.stages) {
      expect(
        stage.needs.filter((id) => !seen.has(id)),
        stage.id,
      ).toEqual([])
      seen.add(stage.id)
    }
    expect([...seen]).toEqual(['ssam', 'filter', 'tracker', 'report'])
  })
})

describe('candidatePositions', () => {
  it('begins with the first selected frame and counts positions, not frame numbers', () => {
    expect(candidatePositions(10, 4)).toEqual([0, 4, 8])
    expect(candidatePositions(1, 4)).toEqual([0])
    expect(candidatePositions(0, 4)).toEqual([])
  })
  it('ends for a step of 0 too', () => {
    expect(candidatePositions(3, 0)).toEqual([0, 1, 2])
  })
})

describe('runFolderName', () => {
  const at = new Date(2026, 10, 21, 3, 4, 5)
  it('stamps local time, scene, levels, and a step only when it is not 1', () => {
    expect(runFolderName(at, 'scene_0001', [2, 4], { start: 0, end: -1, step: 1 })).toBe('20261121_030405_scene_0001_L2_4')
    expect(runFolderName(at, 'scene_0001', [2, 4], { start: 0, end: -1, step: 2 })).toBe('20261121_030405_scene_0001_L2_4_step2')
  })
  it('lets nothing through that could leave the output folder or trouble a shell', () => {
    const name = runFolderName(at, '../a b/$(c)é', [1], { start: 0, end: -1, step: 1 })
    expect(name).toMatch(/^[A-Za-z0-9._-]+$/)
    expect(runFolderName(at, '', [1], { start: 0, end: -1, step: 1 })).toBe('20261121_030405_scene_L1')
  })
})
