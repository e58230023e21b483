// The origin of a track as a run folder tells it, and as a run without decisions does.
import { expect, it } from 'vitest'
import { fixtureRun } from '../export/export-fixture.ts'
import { readTrackOrigin } from './track-origin.ts'

it('is told for each track: what the filter dropped beside its prompt, and nothing that the run does not say', async () => {
  const run = fixtureRun()
  const dropped = [{ id: 400003, reason: 'unstable' as const, value: 0.5, limit: 0.8 }]
  const kept = run.frames.get('filter/4/0')!
  run.frames.set('filter/4/0', { ...kept, dropped })
  const all = run.frames.get('ssam/4/0')!
  run.frames.set('ssam/4/0', { ...all, masks: all.masks.map((mask) => ({ ...mask, parent: 200001 })) })
  const decisions = async (level: number) => [
    {
      frameIndex: 0,
      level,
      threshold: 0.6,
      decisions: [
        { candidateId: 400001, uniqueId: 'a', accepted: true, trackId: 400001, bestIou: 0 },
        { candidateId: 400002, uniqueId: 'b', accepted: false, trackId: 400001, bestIou: 0.9 },
      ],
    },
  ]
  expect(await readTrackOrigin({ ...run.reader, decisions }, 400001)).toEqual({
    threshold: 0.6,
    merged: [{ frameIndex: 0, candidateId: 400002, iou: 0.9 }],
    siblings: [
      { fate: 'merged', candidateId: 400002, trackId: 400001, iou: 0.9 },
      { fate: 'dropped', candidateId: 400003, reason: 'unstable', value: 0.5, limit: 0.8 },
    ],
  })
  expect((await readTrackOrigin(run.reader, 400001)).siblings.map(({ fate }) => fate)).toEqual(['unknown', 'dropped'])
})

it('of a track that is not there is a fault, and of masks that are damaged names their frame', async () => {
  const run = fixtureRun()
  await expect(readTrackOrigin(run.reader, 400099)).rejects.toMatchObject({ code: 'ARTIFACT_MISSING' })
  const broken = { ...run.reader, masks: async () => ({ maskCount: 1, bytes: new TextEncoder().encode('{"masks":') }) }
  await expect(readTrackOrigin(broken, 400001)).rejects.toMatchObject({ code: 'EXPORT_MASKS_INVALID', params: { frameIndex: 0 } })
})
