// The filter stage: keeps what is large and stable enough, and writes down why each other candidate goes.
import { candidatePositions } from '#core/pipeline/pipeline'
import { filterFrame, framePixelsPerSettingPixel } from '#core/segment/candidate-filter'
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
