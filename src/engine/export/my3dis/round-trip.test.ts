// Tests of the way out and back: a run exported as My3DIS's, opened as a foreign run, says what the first one said, and goes out again the same.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { downscaleRle } from '#core/mask/resize'
import { rleFromString } from '#core/mask/rle'
import { FrameMasks } from '#core/segment/frame-masks'
import { openMy3dis } from '../../my3dis/my3dis-run.ts'
import { fixtureRun } from '../export-fixture.ts'
import { exportRun } from '../export-run.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenewright-round-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const reopened = async (name: string) => openMy3dis({ path: join(folder, name), cacheFolder: join(folder, 'cache'), framesRoot: undefined })

describe('a run exported to My3DIS and opened again', () => {
  it('is complete, needs no repair, and has the same candidates, tracks, parents and masks', async () => {
    const source = fixtureRun()
    await exportRun({ ...source, format: 'my3dis', out: join(folder, 'first') })
    const { reader, description, problems } = await reopened('first')
    expect([description.generation, description.state]).toEqual(['G-Nov', { complete: true, missing: [] }])
    // The made-up scene has no pictures anywhere.
    expect((await problems()).map(({ code }) => code)).toEqual(['FRAMES_GONE'])
    expect(await reader.places()).toHaveLength((await source.reader.places()).length)
    for (const [key, frame] of source.frames) {
      const [stage, level, frameIndex] = key.split('/') as ['ssam' | 'filter' | 'tracker', string, string]
      const found = await reader.masks(stage, Number(level), Number(frameIndex))
      const { masks, size } = FrameMasks.parse(JSON.parse(new TextDecoder().decode(found!.bytes)))
      const expected = frame.masks.map(({ counts }) => rleFromString(counts, frame.size))
      // Candidates of such small frames stay as they are: 0.3 of a frame of 640 is more than they have.
      expect(masks.map(({ counts }) => rleFromString(counts, size))).toEqual(
        stage === 'tracker' ? expected.map((mask) => downscaleRle(mask, 0.3)) : expected,
      )
      if (stage === 'ssam')
        expect(masks.map(({ uniqueId, stability }) => [uniqueId, stability])).toEqual(
          frame.masks.map(({ uniqueId, stability }) => [uniqueId, stability]),
        )
    }
    const { tracks } = await reader.tracks()
    expect(tracks.map(({ sourceId }) => sourceId).sort()).toEqual(['2001', '2002', '2003', '4001', '4002', '4003'])
    for (const { sourceId, level, parent } of tracks.filter((track) => track.level === 4))
      expect([level, tracks.find(({ id }) => id === parent)?.sourceId]).toEqual([4, String(Number(sourceId) - 2000)])
    await reader.close()
  })

  it('goes out a second time with the ids and the very masks of the first', async () => {
    await exportRun({ ...fixtureRun(), format: 'my3dis', out: join(folder, 'first'), at: 1_767_000_000_000 })
    const { reader, record } = await reopened('first')
    const { notes } = await exportRun({ reader, record, format: 'my3dis', out: join(folder, 'second'), at: 1_767_000_000_000 })
    await reader.close()
    expect(notes.join()).toContain("run's own files")
    const again = await reopened('second')
    const first = await reopened('first')
    for (const level of [2, 4]) {
      const [a, b] = [await first.reader.masks('tracker', level, 4), await again.reader.masks('tracker', level, 4)]
      expect(new TextDecoder().decode(b!.bytes)).toBe(new TextDecoder().decode(a!.bytes))
    }
    await first.reader.close()
    await again.reader.close()
  })
})
