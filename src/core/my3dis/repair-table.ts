// Everything that is wrong, moved or missing in a run of My3DIS and can be read all the same: what was found, and what was done about it.
import { formatCount } from '../base/format.ts'
import { trackRepairTable } from './tracks/track-repairs.ts'

export type RepairParams = Readonly<Record<string, string | number>>
export type RepairRow = {
  readonly title: string
  /** What was found. */
  readonly message: (params: RepairParams) => string
  /** What was done instead, or what it means for what can be seen. The source is never changed. */
  readonly outcome: (params: RepairParams) => string
}

const row = (title: string, message: (p: RepairParams) => string, outcome: (p: RepairParams) => string): RepairRow => ({
  title,
  message,
  outcome,
})
const count = (value: string | number | undefined) => formatCount(Number(value ?? 0))

/** Codes are for ever, like those of faults. */
export const repairTable = {
  ...trackRepairTable,
  RUN_MANIFEST_MISSING: row(
    'The run has no manifest',
    (p) => `${p.path} is not there.`,
    () => 'Levels were taken from the level folders; settings and frame names from what they hold.',
  ),
  RUN_MANIFEST_DAMAGED: row(
    'The manifest of the run is damaged',
    (p) => `${p.path} cannot be read: ${p.reason}.`,
    () => 'It was left alone: levels were taken from the level folders, settings and frame names from what they hold.',
  ),
  RUN_MANIFEST_CUT: row(
    'The manifest of the run is cut',
    (p) => `${p.path} ends in the middle, as after a crash while it was written.`,
    () => 'The fields before the cut were taken.',
  ),
  RUN_MANIFEST_COPIED: row(
    'The manifest was taken from a summary',
    (p) => `${p.path} cannot be used, but a summary of the run repeats it.`,
    (p) => `The copy in ${p.from} was taken.`,
  ),
  LEVEL_ASSUMED: row(
    'The level is not known',
    (p) => `Nothing says which level ${p.path} belongs to.`,
    (p) => `It is shown as level ${p.level}.`,
  ),
  LEVEL_UNLISTED: row(
    'A level is not in the manifest',
    (p) => `The folder of level ${p.level} is there, but the manifest does not name it.`,
    () => 'The level was added.',
  ),
  LEVEL_FOLDER_MISSING: row(
    'A level has no folder',
    (p) => `The manifest names level ${p.level}, but there is no folder of it.`,
    () => 'The level is listed without anything in it.',
  ),
  FRAMES_MOVED: row(
    'The frames are not where they were',
    (p) => `${p.path} is not there.`,
    (p) => `${count(p.found)} of ${count(p.total)} frames were found by name in ${p.now}.`,
  ),
  FRAMES_GONE: row(
    'The frames are gone',
    (p) => `${p.path} is not there, and no other place has the frames.`,
    () => 'Masks are shown without pictures. Name the folder where the frames are now.',
  ),
  FRAMES_INCOMPLETE: row(
    'Some frames are gone',
    (p) => `${count(p.missing)} of ${count(p.total)} frames are not in ${p.path}.`,
    () => 'Those frames are shown without a picture.',
  ),
  LINKS_DEAD: row(
    'Links to frames lead nowhere',
    (p) => `${count(p.count)} of ${count(p.total)} links in ${p.path} lead to files that are gone, as after copying a run.`,
    () => 'They were left alone.',
  ),
  INDICES_FROM_LISTING: row(
    'Frame numbers are not in the manifest',
    (p) => `The manifest names ${count(p.total)} frames without their numbers.`,
    (p) => `The numbers are the places of those files in ${p.folder}.`,
  ),
  INDICES_FROM_SLICE: row(
    'Frame numbers are not in the manifest',
    (p) => `The manifest names ${count(p.total)} frames without their numbers.`,
    (p) => `The numbers were computed from the slice ${p.slice}.`,
  ),
  INDICES_ASSUMED: row(
    'Frame numbers are not known',
    (p) => `The manifest names neither the numbers of the ${count(p.total)} frames nor a slice.`,
    () => 'They were counted from 0.',
  ),
  INDICES_LOCAL: row(
    'Frames were counted within the selection',
    (p) => `${p.path} counts frames from 0 within the selection, as the first generation did.`,
    () => 'The numbers were brought to those of the whole scene.',
  ),
  ARCHIVE_MOVED: row(
    'A tracking archive was moved',
    (p) => `Level ${p.level}: the manifest says that the ${p.kind} archive is ${p.stated}, which is not there.`,
    (p) => `${p.found} was taken.`,
  ),
  ARCHIVE_AMBIGUOUS: row(
    'There are several tracking archives',
    (p) => `Level ${p.level} has more than one ${p.kind} archive: ${p.others} beside ${p.found}.`,
    (p) => `${p.found} was taken; the others were left alone.`,
  ),
  ARCHIVE_LINK_DEAD: row(
    'An archive names one that is gone',
    (p) => `${p.path} refers to ${p.name}, which is not there, as after the layout was changed.`,
    (p) => `${p.found} was taken.`,
  ),
  ARCHIVE_DAMAGED: row(
    'A tracking archive is damaged',
    (p) => `${p.path} cannot be opened: ${p.reason}.`,
    () => 'The tracks of this level cannot be shown; its candidates can.',
  ),
  FULL_SIZE_WRONG: row(
    'Masks claim a wrong full size',
    (p) => `${p.path}: masks of shape ${p.shape} claim the full size ${p.claimed}.`,
    () => 'The claim was left out: the size of the frames counts.',
  ),
  INDEX_SOURCES_DEAD: row(
    'An index names files that are gone',
    (p) => `${p.path} names ${p.names}, which ${Number(p.count) === 1 ? 'is' : 'are'} not there.`,
    () => 'The files were looked up by their names instead.',
  ),
  TREE_PATHS_DEAD: row(
    'A family tree names archives that are gone',
    (p) => `${p.path} names ${p.name}, which was moved after the tree was made.`,
    () => 'The archives were looked up by level instead.',
  ),
  RAW_MANIFEST_MISSING: row(
    'Raw candidates have no manifest',
    (p) => `${p.path} has ${count(p.chunks)} chunks, but no manifest, as after a run that was ended while it wrote.`,
    () => 'The chunks are searched for frames.',
  ),
  RAW_MANIFEST_DAMAGED: row(
    'The manifest of raw candidates is damaged',
    (p) => `${p.path} cannot be read: ${p.reason}.`,
    () => 'The chunks are searched for frames.',
  ),
  RAW_CHUNK_MISSING: row(
    'A chunk of raw candidates is missing',
    (p) => `${p.path} is not there.`,
    (p) => `The raw candidates of ${count(p.frames)} frames cannot be shown.`,
  ),
  RAW_CHUNK_UNLISTED: row(
    'A chunk of raw candidates is not in the manifest',
    (p) => `${p.path} is there, but the manifest beside it does not name it.`,
    () => 'It was searched for frames.',
  ),
  RAW_CHUNK_DAMAGED: row(
    'A chunk of raw candidates is damaged',
    (p) => `${p.path} cannot be read to its end: ${p.reason}.`,
    (p) => `${count(p.frames)} frames before the damage can be shown.`,
  ),
  FILTERED_MISSING: row(
    'The filtered candidates are missing',
    (p) => `${p.path} is there, but empty, as after a run without the filter stage.`,
    () => 'Raw candidates can be shown.',
  ),
  FILTERED_DAMAGED: row(
    'The list of filtered candidates is damaged',
    (p) => `${p.path}: ${p.reason}.`,
    (p) => `${count(p.frames)} frames can be shown.`,
  ),
  STORE_UNREADABLE: row(
    'A part of the run cannot be opened',
    (p) => `The masks of ${p.stage} at level ${p.level} cannot be read: ${p.reason}.`,
    () => 'They are not shown; everything else is.',
  ),
  INDEX_NOT_KEPT: row(
    'An index could not be kept',
    (p) => `The index of ${p.path} cannot be written to ${p.folder}: ${p.reason}.`,
    () => 'It is made again each time the run is opened, which takes longer.',
  ),
  SUMMARY_DAMAGED: row(
    'A summary of the run is damaged',
    (p) => `${p.path} cannot be read: ${p.reason}.`,
    () => 'Times and settings were taken from the other files.',
  ),
} as const satisfies Record<string, RepairRow>

export type RepairCode = keyof typeof repairTable

/** What is kept and sent; the sentences are looked up where they are shown. */
export type Repair = { readonly code: RepairCode; readonly params: RepairParams }

export function isRepairCode(code: string): code is RepairCode {
  return Object.hasOwn(repairTable, code)
}

export function sentenceOfRepair({ code, params }: Repair): { readonly title: string; readonly message: string; readonly outcome: string } {
  const { title, message, outcome } = repairTable[code]
  return { title, message: message(params), outcome: outcome(params) }
}
