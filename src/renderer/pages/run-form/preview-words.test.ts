// The estimate of pictures: follows what is typed, and is silent where it would be wrong.
import { expect, it } from 'vitest'
import { presets } from '#core/run/run-config'
import { valueOfPreset, withValue } from './form-value.ts'
import { previewWords } from './preview-words.ts'

const standard = valueOfPreset(presets[0]!, { scene: '', output: '', name: '' })

it('counts the chosen frames once for each level, also while scene and output are still empty', () => {
  expect(previewWords(standard, 100)).toBe('About 18 pictures: 6 of 25 frames with candidates, once for each of 3 levels.')
  const one = withValue(withValue(standard, 'levels', [2]), 'stages.report.pictureStride', 10)
  expect(previewWords(one, 100)).toBe('About 4 pictures: 4 of 25 frames with candidates, once for each of 1 level.')
})

it('promises no number before the scene is known, and none while a setting is wrong', () => {
  expect(previewWords(standard, undefined)).toBe('At most 18 pictures; choose frames to see how many.')
  expect(previewWords(withValue(standard, 'stages.report.pictures', 61), 100)).toBeUndefined()
  expect(previewWords(withValue(standard, 'stages.report.pictures', 0), 100)).toBe('No pictures.')
})
