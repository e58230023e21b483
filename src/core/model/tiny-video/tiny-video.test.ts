// The tiny modules are recognised as the parts they stand for, are the same bytes each time, and complete a model.
import { expect, it } from 'vitest'
import { missingParts } from '../model-entry.ts'
import { encodeGraph } from '../onnx-writer.ts'
import { recogniseModel } from '../recognise.ts'
import { tinyPromptEncoder, tinyVideoEncoder } from './encoders.ts'
import { tinyMaskDecoder } from './mask-decoder.ts'
import { tinyMemoryAttention, tinyMemoryEncoder, tinyPointerProjection, tinyPointerTimeProjection, tinyVideoConstants } from './memory.ts'

const modules = [
  ['encoder', tinyVideoEncoder],
  ['promptEncoder', tinyPromptEncoder],
  ['maskDecoder', tinyMaskDecoder],
  ['maskDecoder', () => tinyMaskDecoder('batch')],
  ['memoryAttention', tinyMemoryAttention],
  ['memoryEncoder', tinyMemoryEncoder],
  ['memoryEncoder', () => tinyMemoryEncoder({ tokens: true })],
  ['pointerProjection', tinyPointerProjection],
  ['pointerTimeProjection', tinyPointerTimeProjection],
  ['constants', tinyVideoConstants],
] as const

it.each(modules)('%s', (part, make) => {
  expect(recogniseModel(make())).toEqual({ family: 'sam2-video', part, role: 'videoTracker' })
  expect(encodeGraph(make())).toEqual(encodeGraph(make()))
})

it('together they are a whole model; without the constants of the checkpoint they are none', () => {
  const parts = modules.map(([part]) => ({ part }))
  expect(missingParts('sam2-video', parts)).toEqual([])
  expect(
    missingParts(
      'sam2-video',
      parts.filter(({ part }) => part !== 'constants'),
    ),
  ).toEqual(['constants'])
})
