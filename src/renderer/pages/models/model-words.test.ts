// What the page says of models: a fetch that stands still promises no end, and a normalisation that is none is not written out.
import { expect, it } from 'vitest'
import type { Preprocessing } from '#core/model/model-entry'
import { fetchWords, portWords, preprocessingWords, settingsFor, stateOfRow } from './model-words.ts'

const yolo: Preprocessing = {
  resize: { rule: 'letterbox', width: 320, height: 320, multiple: 1, interpolation: 'bilinear' },
  pad: { where: 'centre', value: 114, when: 'beforeNormalising' },
  colour: 'rgb',
  scale: 1 / 255,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  layout: 'nchw',
}

it('a picture is followed step by step', () => {
  expect(preprocessingWords(yolo)).toBe(
    'letterboxed to 320 x 320, bilinear; padded on both sides with 114 before normalising; RGB; value x 0.003922; channels first',
  )
  expect(preprocessingWords({ ...yolo, scale: 1, mean: [1, 2, 3], pad: { ...yolo.pad, where: 'none' } })).toBe(
    'letterboxed to 320 x 320, bilinear; RGB; (value - [1, 2, 3]) / [1, 1, 1]; channels first',
  )
  expect(portWords({ type: 'float32', shape: [1, 3, 'height', ''] })).toBe('float32 [1, 3, height, ?]')
})

it('a fetch tells how much, how fast and how long, and only what it knows', () => {
  const going = { what: 'x', state: 'going' as const, doneBytes: 1024, resumedBytes: 0 }
  expect(fetchWords({ ...going, totalBytes: 4096, bytesPerSecond: 1024 })).toBe('1.0 KiB of 4.0 KiB (25 %) · 1.0 KiB/s · 3.0 s to go')
  expect(fetchWords({ ...going, bytesPerSecond: 0 })).toBe('1.0 KiB · 0 B/s')
  expect(fetchWords({ ...going, doneBytes: 0 })).toBe('asking the server')
  expect(fetchWords({ ...going, totalBytes: 4096, resumedBytes: 512 })).toContain('gone on with from 512 B')
})

it('a model is run by the stage of its role, and what is missing is named', () => {
  expect(settingsFor('videoTracker', 'sam2')).toBe('stages.tracker.backend=onnx;stages.tracker.model=sam2')
  expect(settingsFor('detector', 'yolo')).toBe('stages.ssam.backend=onnx;stages.ssam.model=yolo')
  expect(settingsFor('featureBackbone', 'dino')).toBeUndefined()
  expect(stateOfRow({ state: 'incomplete', missing: ['encoder'] }).words).toBe('needs encoder too')
})
