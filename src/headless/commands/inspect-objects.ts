// `inspect objects` and `inspect frames`: what a run holds, object by object and frame by frame, without decoding a mask.
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { labelOfId } from '#core/segment/frame-masks'
import { type ExitCode, exitCodes, type Output, tableText } from '../output.ts'
import { withReader } from '../run-reader.ts'

/** Tracks by id; `level` undefined: all. */
export function inspectObjects(output: Output, path: string, level: number | undefined, json: boolean): Promise<ExitCode> {
  return withReader(path, async ({ reader }) => {
    const { tracks } = await reader.tracks()
    const shown = tracks.filter((track) => level === undefined || track.level === level).sort((a, b) => a.id - b.id)
    if (json) output.printJson(shown)
    else {
      const rows = shown.map((track) => [
        String(track.id),
        labelOfId(track.id),
        String(track.level),
        String(track.frameCount),
        String(track.firstFrame),
        String(track.lastFrame),
        track.parent === undefined ? (track.orphan ? 'orphan' : '') : labelOfId(track.parent),
      ])
      output.print(tableText([['id', 'label', 'level', 'frames', 'first', 'last', 'parent'], ...rows]))
    }
    return exitCodes.done
  })
}

/** Selected frames in their order: is the picture there, and which levels have masks of each stage. */
export function inspectFrames(output: Output, path: string, json: boolean): Promise<ExitCode> {
  return withReader(path, async ({ record, reader }) => {
    const places = await reader.places()
    const levelsOf = (stage: string, frameIndex: number) =>
      places.filter((place) => place.stage === stage && place.frameIndices.includes(frameIndex)).map(({ level }) => level)
    const frames = await Promise.all(
      record.frameIndices.map(async (frameIndex, i) => {
        const name = record.frameNames[i] ?? ''
        const picture = await access(join(record.scene.framesPath, name)).then(
          () => true,
          () => false,
        )
        const [ssam, filter, tracker] = ['ssam', 'filter', 'tracker'].map((stage) => levelsOf(stage, frameIndex))
        return { frameIndex, name, picture, ssam: ssam!, filter: filter!, tracker: tracker! }
      }),
    )
    if (json) output.printJson(frames)
    else {
      const rows = frames.map(({ frameIndex, name, picture, ssam, filter, tracker }) => [
        String(frameIndex),
        name,
        picture ? 'yes' : 'gone',
        ssam.join(' '),
        filter.join(' '),
        tracker.join(' '),
      ])
      output.print(tableText([['frame', 'name', 'picture', 'ssam', 'filter', 'tracker'], ...rows]))
    }
    return exitCodes.done
  })
}
