// Candidates from an instance segmentation network: whole instances on the coarsest level, instances inside them on the next.
import { basename } from 'node:path'
import { intersectionOfRles } from '#core/mask/overlap'
import { areaOfRle, type Rle, rleFromCrop } from '#core/mask/rle'
import type { UsableModel } from '#core/model/usable-model'
import type { RunConfig } from '#core/run/run-config'
import { type ModelSeat, seatOptions, warnOfFallback } from '../inference/device-providers.ts'
import { createInstanceSegmenter, type InstanceMask } from '../inference/yolo-seg.ts'
import { orClose, wantedClasses } from '../detect/class-filter.ts'
import { cropOf, joinTiles, type Tile, tilesOf } from '../detect/tiling.ts'
import type { CandidateSource, Offer } from './offer.ts'

export async function onnxCandidates(config: RunConfig, minArea: number, model: UsableModel, seat: ModelSeat): Promise<CandidateSource> {
  const { scoreThreshold, maxCandidates, classes, tiles, tileOverlap } = config.stages.ssam
  const { classNames } = model
  const segmenter = await createInstanceSegmenter(model.path, {
    ...seatOptions(seat),
    scoreThreshold,
    maxInstances: maxCandidates,
    ...(classNames && { classNames }),
  })
  const { provider, sha256, classCount, iouThreshold } = segmenter.description
  const wanted = await orClose(segmenter, () => wantedClasses(classes, classNames, classCount, 'stages.ssam.classes'))
  warnOfFallback(seat, segmenter.description)
  return {
    backend: `onnx: ${basename(model.path)}`,
    reason: `chosen in the settings; provider ${provider}, SHA-256 ${sha256.slice(0, 12)}…`,
    usesGpu: true,
    offer: async (picture) => {
      const found: (InstanceMask & { readonly tile: Tile })[] = []
      for (const tile of tilesOf(picture, tiles, tileOverlap))
        for (const one of await segmenter.propose(cropOf(picture, tile)))
          found.push({ ...one, tile, box: [one.box[0] + tile.x, one.box[1] + tile.y, one.box[2], one.box[3]] })
      const masks = (tiles > 1 ? joinTiles(found, picture, iouThreshold, maxCandidates) : found)
        .filter((one) => one.area >= minArea && (wanted?.has(one.classIndex) ?? true))
        .map(({ mask, tile, score, stability, className }) => ({
          rle: rleFromCrop(mask, tile, picture.width, picture.height),
          score,
          stability,
          className,
        }))
      return nest(masks, config.levels)
    },
    close: () => segmenter.close(),
  }
}

type Found = Omit<Offer, 'level' | 'parent'>

/** Part of another when at least this much of it lies inside. */
const insideShare = 0.95

/**
 * A network of this kind knows no granularity. Each instance stands on the coarsest level, one that lies in another on the level
 * after that one's (cut to it, so children lie inside their parents), as far as levels were asked for.
 */
export function nest(found: readonly Found[], levels: readonly number[]): Offer[] {
  const sorted = found.map((mask) => ({ mask, area: areaOfRle(mask.rle) })).sort((a, b) => b.area - a.area)
  const offers: (Offer & { readonly depth: number; readonly area: number })[] = []
  for (const { mask, area } of sorted) {
    let parent: number | undefined
    let inside: Rle | undefined
    for (const [place, outer] of offers.entries()) {
      if (outer.area <= area || outer.depth + 1 >= levels.length) continue
      const shared = intersectionOfRles(mask.rle, outer.rle)
      if (areaOfRle(shared) < insideShare * area) continue
      // Sorted by area, so the last that fits is the smallest.
      parent = place
      inside = shared
    }
    const depth = parent === undefined ? 0 : offers[parent]!.depth + 1
    offers.push({ ...mask, rle: inside ?? mask.rle, level: levels[depth]!, parent, depth, area })
  }
  return offers.map(({ depth: _depth, area: _area, ...offer }) => offer)
}
