// The built-in carrier as the tracker stage takes it: positions and run lengths outside, pictures, motion and crops inside.
import { emptyRle, maskFromRle, type Rle, rleFromCrop } from '#core/mask/rle'
import { createCarrier } from '../carry/carry.ts'
import type { CarrierState } from '../carry/carrier-state.ts'
import { cropFromMask, type MaskCrop } from '../carry/crop.ts'
import type { CarrierSource, ObjectCarrier } from './carrier.ts'
import type { FrameStore } from './frame-store.ts'

type Settings = { readonly quality: 'fast' | 'best'; readonly width: number; readonly height: number }

export function builtinCarriers(settings: Settings, frames: FrameStore): CarrierSource<CarrierState> {
  const create = () => builtinCarrier(settings, frames)
  // Hundreds of objects cannot all be looked for for ever. Looking by appearance goes on in the forward pass only.
  return {
    forward: create,
    backward: create,
    patience: settings.quality === 'fast' ? 6 : Number.POSITIVE_INFINITY,
    findsAgainBackwards: false,
  }
}

function builtinCarrier({ quality, width, height }: Settings, frames: FrameStore): ObjectCarrier<CarrierState> {
  const carrier = createCarrier({ quality })
  return {
    start: async (position) => carrier.start(await frames.picture(position), position),
    add: async (objects) => carrier.add(objects.map(({ id, mask }) => ({ id, mask: cropOfRle(mask) }))),
    advance: async (position) => {
      const from = carrier.frameIndex()
      if (from === undefined) throw new Error('a carrier goes on from a frame; it was not started')
      const carried = carrier.advance(await frames.picture(position), position, await frames.flow(from, position))
      return carried.map(({ id, mask, score, lost }) => ({
        id,
        mask: mask.width === 0 ? emptyRle(height, width) : rleOfCrop(mask, width, height),
        score,
        lost,
      }))
    },
    remove: (ids) => carrier.remove(ids),
    state: () => carrier.state(),
    restore: (state) => carrier.restore(state, (position) => frames.picture(position)),
  }
}

export function rleOfCrop(crop: MaskCrop, width: number, height: number): Rle {
  return rleFromCrop(crop.bits, { x: crop.x0, y: crop.y0, width: crop.width, height: crop.height }, width, height)
}

export function cropOfRle(rle: Rle): MaskCrop {
  const [height, width] = rle.size
  return cropFromMask(maskFromRle(rle), width, height)
}
