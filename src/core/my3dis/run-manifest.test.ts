// Tests of run manifests: what is saved of one that was cut, and where frame indices come from.
import { describe, expect, it } from 'vitest'
import { candidateIndices, readRunManifest, selectedFrames } from './run-manifest.ts'

const manifest = {
  mode: 'candidates_only',
  levels: [2, 4],
  frames: '10:-1:5',
  stability_threshold: null,
  selected_frames: ['a10.png', 'a15.png', 'a20.png'],
  selected_indices: [10, 15, 20],
  ssam_indices: [0, 2],
  scene: 'scene_1',
}
const read = (value: object) => readRunManifest(JSON.stringify(value)).manifest!

describe('a run manifest', () => {
  it('that was cut anywhere gives the fields that are whole, and never half a list', () => {
    const text = JSON.stringify(manifest, undefined, 2)
    let saved = 0
    for (let length = 0; length < text.length; length++) {
      const { manifest: found, reason } = readRunManifest(text.slice(0, length))
      expect(reason, `${length}`).toBeDefined()
      if (found === undefined) continue
      saved++
      expect(found.levels).toEqual([2, 4])
      expect([undefined, manifest.selected_indices.join()]).toContain(found.selected_indices?.join())
    }
    expect(saved).toBeGreaterThan(text.length / 2)
    expect(readRunManifest(text)).toMatchObject({ reason: undefined, manifest: { levels: [2, 4], scene: 'scene_1' } })
  })

  it('without levels is none of My3DIS, and null or odd fields do not make it unreadable', () => {
    expect(readRunManifest('{"name": "page"}')).toEqual({ manifest: undefined, reason: 'it names no levels' })
    expect(read({ levels: [2], min_area: 'many', tracking_artifacts: { level_2: 5 } }).levels).toEqual([2])
  })
})

describe('selected frames', () => {
  it('take the indices of the manifest, else the place in the colour folder, else the slice, else count from 0', () => {
    const listing = Array.from({ length: 30 }, (_, i) => `a${i}.png`)
    expect(selectedFrames(read(manifest), undefined)).toMatchObject({ indices: [10, 15, 20], from: 'manifest' })
    const unnumbered = read({ ...manifest, selected_indices: undefined })
    expect(selectedFrames(unnumbered, listing)).toMatchObject({ indices: [10, 15, 20], from: 'listing' })
    expect(selectedFrames(unnumbered, ['a10.png'])).toMatchObject({ indices: [10, 15, 20], from: 'slice' })
    expect(selectedFrames(read({ ...manifest, selected_indices: [1], frames: 'all' }), undefined)).toMatchObject({
      indices: [0, 1, 2],
      from: 'assumed',
    })
  })

  it('know which of them got candidates, also when only places in the selection are told', () => {
    const selected = selectedFrames(read(manifest), undefined)
    expect(candidateIndices(read(manifest), selected)).toEqual([10, 20])
    expect(candidateIndices(read({ ...manifest, ssam_absolute_indices: [15] }), selected)).toEqual([15])
    expect(candidateIndices(read({ levels: [2] }), selected)).toEqual([10, 15, 20])
  })
})
