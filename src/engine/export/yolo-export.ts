// Writes a run's masks as YOLO segmentation labels: one text file for each frame, and data.yaml.
import type { ExportOutcome } from '#core/export/export-settings'
import { yoloDataText, yoloLabels } from '#core/export/yolo-seg'
import type { ExportWork } from './export-work.ts'
import { chosenPlaces, frameRead, framePlaces, masksFrom, walkFrames } from './frame-walk.ts'

export async function exportYolo({ folder, reader, settings, signal, onProgress }: ExportWork): Promise<ExportOutcome> {
  const places = chosenPlaces(await reader.places(), settings.stage, settings.levels)
  const levels = places.map(({ level }) => level)
  const frames = framePlaces(places)
  const counts = { frames: 0, polygons: 0, emptyMasks: 0 }
  let current: { readonly frameIndex: number; readonly name: string; lines: string[] } | undefined
  const names = new Set<string>()
  const finishFrame = async () => {
    if (!current) return
    counts.frames += 1
    await folder.whole(`labels/${current.name}.txt`, current.lines.map((line) => `${line}\n`).join(''))
  }
  let done = 0
  for await (const frame of walkFrames(reader, frames, signal)) {
    const masks = masksFrom(frame)
    const { lines, emptyMasks } = frameRead(frame, () => yoloLabels(masks, levels.indexOf(frame.level)))
    if (current?.frameIndex !== frame.frameIndex) {
      await finishFrame()
      current = { frameIndex: frame.frameIndex, name: labelName(masks.frameName, frame.frameIndex, names), lines: [] }
    }
    current.lines.push(...lines)
    counts.polygons += lines.length
    counts.emptyMasks += emptyMasks
    onProgress?.(++done, frames.length)
  }
  await finishFrame()
  await folder.whole('data.yaml', yoloDataText(levels))
  return { counts, notes: ['A polygon is the outer border of its mask: holes are filled.'] }
}

/** The stem of the frame's file, as YOLO pairs labels and pictures; two frames of one stem (a.png, a.jpg) stay apart by their index. */
function labelName(frameName: string, frameIndex: number, taken: Set<string>): string {
  const stem = frameName.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '')
  const name = stem === '' || taken.has(stem) ? `${stem}_${String(frameIndex).padStart(6, '0')}` : stem
  taken.add(name)
  return name
}
