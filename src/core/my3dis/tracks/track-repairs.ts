// What tracking archives lack or contradict and can be read all the same: the rows for the list of repairs.
import { formatCount } from '../../base/format.ts'

type Params = Readonly<Record<string, string | number>>
const row = (title: string, message: (p: Params) => string, outcome: (p: Params) => string) => ({ title, message, outcome })
const several = (count: string | number | undefined, one: string, more: string) =>
  `${formatCount(Number(count ?? 0))} ${Number(count) === 1 ? one : more}`

export const trackRepairTable = {
  TRACKS_UNLISTED: row(
    'A tracking archive has no manifest',
    (p) => `${p.path} does not say which frames and objects it holds.`,
    (p) => `All of its ${formatCount(Number(p.frames))} frames were read to learn that.`,
  ),
  TRACKS_FRAME_MISSING: row(
    'Listed frames are missing',
    (p) => `${p.path} lists ${several(p.count, 'frame that is', 'frames that are')} not in it (the first: ${p.first}).`,
    () => 'The tracks of those frames cannot be shown.',
  ),
  TRACKS_FRAME_UNLISTED: row(
    'Frames are not listed',
    (p) => `${p.path} holds ${several(p.count, 'frame', 'frames')} that its manifest does not list (the first: ${p.first}).`,
    () => 'What is listed is shown.',
  ),
  TRACKS_FRAME_TWICE: row(
    'Frames are listed twice',
    (p) => `${p.path} lists ${several(p.count, 'frame', 'frames')} more than once (the first: ${p.first}).`,
    () => 'The first entry of each was taken.',
  ),
  TRACKS_OBJECTS_DIFFER: row(
    'A frame has other objects than listed',
    (p) => `Frame ${p.frameIndex} in ${p.path} holds ${p.found} objects; the manifest lists ${p.listed}.`,
    () => 'The masks of the frame are shown as they are.',
  ),
  TRACKS_ID_UNUSABLE: row(
    'Objects have no usable id',
    (p) =>
      `${p.path} has ${several(p.count, 'object', 'objects')} whose id is no whole number from 0 to ${p.limit} (the first: ${p.first}).`,
    () => 'They were left out.',
  ),
  TRACKS_LEVEL_DIFFERS: row(
    'A tracking archive names another level',
    (p) => `${p.path} lies in level ${p.level} and says that it is of level ${p.stated}.`,
    () => 'Where it lies counts.',
  ),
  TRACKS_SCALE_UNKNOWN: row(
    'The scale of tracked masks is not said',
    (p) => `${p.path} does not say how much smaller its masks are than the frames.`,
    () => 'It follows from the sizes of both.',
  ),
  TRACKS_FRAME_UNSELECTED: row(
    'Tracks on frames that were not selected',
    (p) => `Level ${p.level} has objects on ${several(p.count, 'frame', 'frames')} that the run did not select (the first: ${p.first}).`,
    () => 'Those frames are left out of the tracks.',
  ),
  TRACKS_PARENT_MISSING: row(
    'Parents without a track',
    (p) =>
      `${several(p.count, 'object', 'objects')} of level ${p.level} ${Number(p.count) === 1 ? 'names' : 'name'} a parent that has no track (the first: ${p.first}).`,
    () => 'They are shown as orphans.',
  ),
} as const
