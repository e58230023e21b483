// What the keys do in the time dock: rate of playing, and the loop with its two ends.
import { useServices } from '../../../state/services.tsx'
import { useActs } from '../../../state/use-acts.ts'
import type { Browse } from '../use-browse.ts'
import { type LoopRange, loopEndedAt, loopStartedAt } from './lane-axis.ts'
import { rateFrom } from './play-rates.ts'

/** Frames either side of the present one that a loop begins with when nothing is selected. */
const around = 5

/** The life of the selection, or some frames around the present one. */
export function loopOfSelection({ tracks, view, position, run }: Browse): LoopRange {
  const track = tracks.find((one) => one.id === view.selected)
  const [first, last] = [track?.visible[0]?.[0], track?.visible.at(-1)?.[1]]
  if (first !== undefined && last !== undefined && last > first) return [first, last]
  const here = position ?? 0
  return [Math.max(0, here - around), Math.min(run.frameIndices.length - 1, here + around)]
}

export function useDockActs(browse: Browse): void {
  const { settings } = useServices()
  const { position, loop, setLoop } = browse
  const count = browse.run.frameIndices.length
  const rate = (direction: 1 | -1) => () => settings.setState(({ playRate }) => ({ playRate: rateFrom(playRate, direction) }))
  useActs({
    'play-slower': rate(-1),
    'play-faster': rate(1),
    'dock-film': () => settings.setState(({ dockFilm }) => ({ dockFilm: !dockFilm })),
    'dock-time': () =>
      settings.setState(({ dockTime, dockResources }) => ({
        dockResources: true,
        dockTime: dockResources && dockTime === 'frames' ? 'clock' : 'frames',
      })),
    ...(count > 1
      ? {
          loop: () => setLoop(loop ? undefined : loopOfSelection(browse)),
          'loop-start': () => position !== undefined && setLoop(loopStartedAt(loop, position, count)),
          'loop-end': () => position !== undefined && setLoop(loopEndedAt(loop, position)),
        }
      : {}),
  })
}
