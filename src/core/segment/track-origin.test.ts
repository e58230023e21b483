// Where a track came from: what was merged into it, and what became of the candidates beside its prompt.
import { expect, it } from 'vitest'
import type { FrameMasks } from './frame-masks.ts'
import type { FrameDecisions } from './track.ts'
import { originOfTrack } from './track-origin.ts'

const mask = (id: number, parent: number) => ({ id, parent, counts: '', area: 1, box: [0, 0, 1, 1] as [number, number, number, number] })
const frame = (masks: FrameMasks['masks'], dropped?: FrameMasks['dropped']): FrameMasks => ({
  frameIndex: 10,
  frameName: 'f',
  level: 4,
  size: [1, 1],
  masks,
  ...(dropped ? { dropped } : {}),
})
const all = [mask(401, 201), mask(402, 201), mask(403, 201), mask(404, 202), mask(405, 201)]
const kept = frame([all[0]!, all[1]!, all[3]!, all[4]!], [{ id: 403, reason: 'unstable', value: 0.6, limit: 0.8 }])
const decide = (candidateId: number, accepted: boolean, trackId: number, bestIou: number) => ({
  candidateId,
  uniqueId: 'u',
  accepted,
  trackId,
  bestIou,
})
const at = (frameIndex: number, decisions: FrameDecisions['decisions']): FrameDecisions => ({
  frameIndex,
  level: 4,
  threshold: 0.6,
  decisions,
})
const decisions = [
  at(20, [decide(411, false, 9001, 0.83), decide(412, false, 9002, 0.7)]),
  at(10, [decide(401, true, 9001, 0), decide(402, true, 9002, 0.1), decide(404, true, 9003, 0), decide(405, false, 9001, 0.66)]),
]
const track = { id: 9001, prompt: { frameIndex: 10, candidateId: 401, uniqueId: 'u' } }

it('candidates of the same parent are told with what became of each, those of another parent are not', () => {
  expect(originOfTrack(track, frame(all), kept, decisions).siblings).toEqual([
    { fate: 'track', candidateId: 402, trackId: 9002 },
    { fate: 'dropped', candidateId: 403, reason: 'unstable', value: 0.6, limit: 0.8 },
    { fate: 'merged', candidateId: 405, trackId: 9001, iou: 0.66 },
  ])
})

it('what was found to be this track is told in order of frames, and nothing that became another one', () => {
  expect(originOfTrack(track, undefined, undefined, decisions)).toEqual({
    threshold: 0.6,
    merged: [
      { frameIndex: 10, candidateId: 405, iou: 0.66 },
      { frameIndex: 20, candidateId: 411, iou: 0.83 },
    ],
    siblings: [],
  })
})

it('a run that kept no decisions makes no fate up', () => {
  expect(originOfTrack(track, frame(all), undefined, []).siblings.map(({ fate }) => fate)).toEqual(['unknown', 'unknown', 'unknown'])
})
