// The ssam stage: candidates on every n-th selected frame, level by level, each with its parent recorded as it is made.
import { areaOfRle, boundsOfRle, stringFromRle } from '#core/mask/rle'
import { framePixelsPerSettingPixel } from '#core/segment/candidate-filter'
import { candidatePositions } from '#core/pipeline/pipeline'
import { type FrameMasks, idInLevel, type MaskEntry, uniqueCandidateId } from '#core/segment/frame-masks'
import { openCandidateSource } from '../candidates/candidate-source.ts'
import { gapsBetween } from '../candidates/gap-fill.ts'
import type { Offer } from '../candidates/offer.ts'
import { readPicture } from '../frame-pixels.ts'
import { type Stage, stopIfCancelled, warnOfUnusedDevice } from '../stage.ts'

export const ssam: Stage = async (context) => {
  const { assignment, signal } = context
  const { config, frames, width, height } = assignment
  const settings = config.stages.ssam
  const scale = framePixelsPerSettingPixel(width, height)
  const positions = candidatePositions(frames.length, settings.every)
  const source = await openCandidateSource(config, scale, assignment.model, context)
  context.begin(positions.length, source.backend, source.reason)
  context.log(`${source.backend}: ${source.reason}`)
  if (!source.usesGpu) warnOfUnusedDevice(context, source.backend)
  // A candidate frame owes nothing to the others: going on needs only the place and the count.
  let candidates = context.resume?.counts.candidates ?? 0
  const from = context.resume?.position ?? 0
  try {
    for (const [ordinal, position] of positions.entries()) {
      if (ordinal < from) continue
      stopIfCancelled(signal)
      const frame = frames[position]!
      const offers = [...(await source.offer(await readPicture(frame, assignment)))]
      const gaps = settings.addGaps ? gapOffers(offers, config.levels[0]!, height, width, settings.fillArea * scale) : []
      const byLevel = entriesByLevel([...offers, ...gaps], offers.length, ordinal)
      for (const level of config.levels) {
        const masks = byLevel.get(level) ?? []
        candidates += masks.length
        const value: FrameMasks = { frameIndex: frame.frameIndex, frameName: frame.name, level, size: [height, width], masks }
        await context.emit({ kind: 'masks', level, frameIndex: frame.frameIndex, value, counts: { masks: masks.length } })
      }
      const perLevel = config.levels.map((level) => `${byLevel.get(level)?.length ?? 0} at level ${level}`).join(', ')
      context.log(`frame ${frame.frameIndex}: ${perLevel}`)
      context.progress(ordinal + 1, frame.frameIndex)
      await context.commit(ordinal + 1, { candidates })
    }
  } finally {
    await source.close()
  }
  return { candidateFrames: positions.length, candidates }
}

function gapOffers(offers: readonly Offer[], level: number, height: number, width: number, fillArea: number): Offer[] {
  const coarse = offers.filter((offer) => offer.level === level).map((offer) => offer.rle)
  return gapsBetween(coarse, height, width, Math.round(fillArea)).map((rle) => ({ level, parent: undefined, rle, score: 0, stability: 1 }))
}

/** Ids count from 1 in each level; offers from `firstGap` on are gaps. */
function entriesByLevel(offers: readonly Offer[], firstGap: number, ordinal: number): Map<number, MaskEntry[]> {
  const byLevel = new Map<number, MaskEntry[]>()
  const ids: number[] = []
  for (const [place, offer] of offers.entries()) {
    const entries = byLevel.get(offer.level) ?? []
    byLevel.set(offer.level, entries)
    const number = entries.length + 1
    const isGap = place >= firstGap
    ids.push(idInLevel(offer.level, number))
    entries.push({
      id: ids[place]!,
      counts: stringFromRle(offer.rle),
      area: areaOfRle(offer.rle),
      box: [...(boundsOfRle(offer.rle) ?? [0, 0, 0, 0])] as MaskEntry['box'],
      score: round4(offer.score),
      stability: round4(offer.stability),
      parent: offer.parent === undefined ? undefined : ids[offer.parent],
      uniqueId: uniqueCandidateId(ordinal, offer.level, number, isGap),
      source: isGap ? 'gapFill' : undefined,
      className: offer.className,
    })
  }
  return byLevel
}

function round4(value: number): number {
  return Math.round(value * 1e4) / 1e4
}
