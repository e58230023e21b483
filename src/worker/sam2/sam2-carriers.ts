// SAM 2 as the tracker stage takes it: every accepted candidate is a mask prompt, each direction has memories of its own.
import type { CarrierSource, ObjectCarrier } from '../track/carrier.ts'
import type { TrackedMask } from './outcome.ts'
import { createVideoTracker, type VideoTrackerSetup, type VideoTrackerState } from './video-tracker.ts'

export function sam2Carriers(setup: Omit<VideoTrackerSetup, 'reverse'>): CarrierSource<VideoTrackerState> {
  return {
    forward: () => sam2Carrier({ ...setup, reverse: false }),
    backward: () => sam2Carrier({ ...setup, reverse: true }),
    // Memory goes on for as long as the window, seen or not: that is how an object is found again.
    patience: Number.POSITIVE_INFINITY,
    findsAgainBackwards: true,
  }
}

function sam2Carrier(setup: VideoTrackerSetup): ObjectCarrier<VideoTrackerState> {
  const tracker = createVideoTracker(setup)
  return {
    start: async (position) => tracker.start(position),
    add: async (objects) => void (await tracker.prompt(objects)),
    advance: async (position) => (await tracker.advance(position)).map(carriedOf),
    remove: (ids) => tracker.remove(ids),
    state: () => tracker.state(),
    restore: async (state) => tracker.restore(state),
  }
}

const carriedOf = ({ id, mask, score, objectScore }: TrackedMask) => ({ id, mask, score, lost: objectScore <= 0 })
