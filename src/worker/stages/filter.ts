// The filter stage: keeps what is large and stable enough, and writes down why each other candidate goes.
import { candidatePositions } from '#core/pipeline/pipeline'
import type { RunConfig } from '#core/run/run-config'
import type { DroppedCandidate, FrameMasks, MaskEntry } from '#core/segment/frame-masks'
import { framePixelsPerSettingPixel } from '../frame-pixels.ts'
import { readFrameMasks, type Stage, stopIfCancelled } from '../stage.ts'

export const filter: Stage = async (context) => {
  const { assignment, signal } = context
  const { config, frames, width, height } = assignment
  const positions = candidatePositions(frames.length, config.stages.ssam.every)
  context.begin(positions.length)
  const counts = { kept: 0, areaTooSmall: 0, unstable: 0, parentDropped: 0, empty: 0, ...context.resume?.counts }
  const from = context.resume?.position ?? 0
  for (const [done, position] of positions.entries()) {
    if (done < from) continue
    stopIfCancelled(signal)
    const { frameIndex } = frames[position]!
    // All levels of a frame at once, coarse first: only then does a dropped parent take its children along.
    const found = (await Promise.all(config.levels.map((level) => readFrameMasks(context, 'ssam', level, frameIndex)))).filter(
      (masks) => masks !== undefined,
    )
    for (const kept of filterFrame(found, config.stages.filter, framePixelsPerSettingPixel(width, height))) {
      counts.kept += kept.masks.length
      for (const drop of kept.dropped ?? []) counts[drop.reason] += 1
      await context.emit({
        kind: 'masks',
        level: kept.level,
        frameIndex,
        value: kept,
        counts: { masks: kept.masks.length, dropped: kept.dropped?.length ?? 0 },
      })
    }
    context.progress(done + 1, frameIndex)
    await context.commit(done + 1, counts)
  }
  context.log(
    `${counts.kept} kept; dropped: ${counts.areaTooSmall} too small, ${counts.unstable} unstable, ${counts.parentDropped} with their parent`,
  )
  return counts
}

/**
 * One frame, its levels coarse first. A candidate is kept when its area is at least minArea (in setting pixels; `scale` frame pixels each)
 * and its stability at least the threshold; area is looked at first. With `cascade`, all that lies inside a dropped candidate goes too.
 */
export function filterFrame(levels: readonly FrameMasks[], settings: RunConfig['stages']['filter'], scale: number): FrameMasks[] {
  const droppedIds = new Set<number>()
  return levels.map((level) => {
    const masks: MaskEntry[] = []
    const dropped: DroppedCandidate[] = []
    for (const mask of level.masks) {
      const drop = reasonToDrop(mask, settings, scale, droppedIds)
      if (drop) {
        dropped.push(drop)
        droppedIds.add(mask.id)
      } else masks.push(mask)
    }
    return { ...level, masks, dropped }
  })
}

function reasonToDrop(
  mask: MaskEntry,
  settings: RunConfig['stages']['filter'],
  scale: number,
  droppedIds: ReadonlySet<number>,
): DroppedCandidate | undefined {
  const area = Math.round(mask.area / scale)
  const stability = mask.stability ?? 1
  if (mask.area === 0) return { id: mask.id, reason: 'empty', value: 0, limit: 1 }
  if (area < settings.minArea) return { id: mask.id, reason: 'areaTooSmall', value: area, limit: settings.minArea }
  if (stability < settings.stabilityThreshold)
    return { id: mask.id, reason: 'unstable', value: stability, limit: settings.stabilityThreshold }
  if (settings.cascade && mask.parent !== undefined && droppedIds.has(mask.parent))
    return { id: mask.id, reason: 'parentDropped', value: 0, limit: 1, parent: mask.parent }
  return undefined
}
