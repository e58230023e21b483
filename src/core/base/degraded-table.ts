// Every way in which Scenewright goes on with less than was asked for: each is a warning in the record and on the screen, never silent.
import { formatBytes, formatCount } from './format.ts'

type Params = Readonly<Record<string, string | number>>
export type DegradedRow = {
  readonly title: string
  /** What happened, and what it means for the result. */
  readonly message: (params: Params) => string
  readonly remedy: (params: Params) => string
}

const row = (title: string, message: (p: Params) => string, remedy: (p: Params) => string): DegradedRow => ({ title, message, remedy })
const bytes = (value: string | number | undefined) => formatBytes(Number(value ?? 0))
const count = (value: string | number | undefined) => formatCount(Number(value ?? 0))

/** Codes are for ever, like those of faults. */
export const degradedTable = {
  MEMORY_UNWATCHED: row(
    'Memory cannot be watched',
    (p) =>
      `${p.file} cannot be read: ${p.reason}. Free memory of the machine is watched instead; unless limits.memoryPolicy is "warn", one run goes at a time.`,
    (p) => String(p.remedy),
  ),
  CONCURRENCY_LOWERED: row(
    'Fewer runs at once',
    (p) => `${p.reason} At most ${p.cap} of ${p.parallel} runs go at once for now.`,
    () =>
      'Nothing needs to be done: it rises again after a quiet while. Close other programs, or set fewer runs at once, to be left alone.',
  ),
  STAGE_OUT_OF_MEMORY: row(
    'A stage ran out of memory',
    (p) => `The system ended the worker of ${p.stage} for want of memory (${p.evidence}). It is tried once more, alone.`,
    () => 'When it fails again: choose fewer frames or candidates, or a machine with more memory.',
  ),
  STAGE_TRIED_AGAIN: row(
    'A stage was tried again',
    (p) => `The worker of ${p.stage} stopped (${p.reason}); attempt ${p.attempt} goes on after ${count(p.position)} ${p.unit}.`,
    () => 'The result is the same as without it. When it happens often, look at the log of the run.',
  ),
  ENGINE_RESTARTED: row(
    'The engine was restarted',
    (p) => `The engine that carried this run stopped (${p.reason}); the run went on after ${count(p.position)} ${p.unit} of ${p.stage}.`,
    () => 'The result is the same as without it.',
  ),
  COMMITS_CUT: row(
    'The newest frames are done again',
    (p) => `What ${p.stage} wrote last is not whole (${count(p.found)} artifacts); it goes on after ${count(p.position)} ${p.unit}.`,
    () => 'Usual after a power cut. When it was none, check the disk.',
  ),
  JOURNAL_CUT: row(
    'The record of the run was cut',
    (p) =>
      `What happened in this run cannot be read to its end (${p.reason}); what stood after that is lost. No artifact is touched by it.`,
    () => 'Usual after a power cut. When it was none, check the disk.',
  ),
  REUSE_REFUSED: row(
    'An earlier result could not be taken over',
    (p) => `${p.stage} of ${p.folder} fits, but ${p.reason}; it is computed anew.`,
    (p) => `Run \`scenewright inspect verify\` on ${p.folder}.`,
  ),
  REUSE_COPIED: row(
    'An earlier result was copied',
    (p) => `The disk of ${p.folder} cannot give the same bytes a second name (${p.reason}); ${bytes(p.sizeBytes)} were copied.`,
    () => 'Keep runs that share results on one disk to save space.',
  ),
  RESOURCES_UNREADABLE: row(
    'Resources cannot be read',
    (p) => `CPU and memory of ${p.stage} cannot be read: ${p.reason}. Its charts stay empty; the result is the same.`,
    () => 'On Linux the folder /proc has to be readable by this program.',
  ),
  WORKER_IN_PLAIN_NODE: row(
    'The worker runs in plain Node',
    (p) => `A utility process stopped (${p.reason}); workers now run in the Node that comes with Scenewright.`,
    () => 'The result is the same. Restart Scenewright to try a utility process again.',
  ),
  MODEL_FALLBACK: row(
    'Another model runs than the chosen one',
    (p) => `${p.stage} runs ${p.name} instead of ${p.chosen}: ${p.reason} The result is another one.`,
    (p) => `Mend ${p.chosen} (\`scenewright models verify\`, \`models test\`) and run again, or choose ${p.name} to be left alone.`,
  ),
  DEVICE_UNUSED: row(
    'A stage does not use its device',
    (p) => `${p.stage} was given ${p.device}, but ${p.backend} computes on the CPU. The result is the same; it takes longer.`,
    (p) => `Set the device of ${p.stage} to cpu, so that others may use ${p.device}, or choose a backend that computes on it.`,
  ),
  PROVIDER_FALLBACK: row(
    'A model does not run on the device it was given',
    (p) =>
      `${p.stage} was given ${p.device}, but ${p.model} runs on ${p.provider}: ${p.reason}. The result may differ in the last digits; it takes longer.`,
    () => '`scenewright doctor` tells driver, runtime and provider apart, and what each of them lacks.',
  ),
  PROGRAM_TRIED_AGAIN: row(
    'A program was tried again',
    (p) => `Attempt ${p.attempt} of ${p.attempts} at ${p.stage} failed (${p.reason}); the next one begins after ${p.seconds} s.`,
    () => 'What the failed attempt left was thrown away. When it happens often, look at the log of the stage.',
  ),
  PROGRESS_UNREADABLE: row(
    'The progress of a program is not told',
    (p) => `In ${p.stage}, ${p.reason}; it is not tried any more. Its bar may stand still; the result is the same.`,
    (p) => `Write the pattern in the declaration of ${p.stage} without loops inside of loops.`,
  ),
  PREVIEW_NO_TARGETS: row(
    'The report has no pictures: nothing to show',
    (p) => `No candidate of level ${p.levels} was kept on any frame, so none of the ${count(p.frames)} chosen frames was drawn.`,
    () => 'Lower the areas and the stability in the settings of ssam and filter, or choose levels that suit the scene.',
  ),
  PREVIEW_MISSING_SOURCES: row(
    'The report has no pictures: frames are missing',
    (p) =>
      `No frame chosen for level ${p.levels} could be read (${count(p.missing)} of ${count(p.frames)} are gone or broken): ${p.reason}.`,
    () => 'Put the frames back where they were, and do the report again.',
  ),
  PREVIEW_MISSING_MASKS: row(
    'The report has no pictures: masks are missing',
    (p) => `The tracker wrote nothing of level ${p.levels} for ${count(p.missing)} of the ${count(p.frames)} frames chosen for the report.`,
    () => 'Do the tracker again from its start: `scenewright resume <run> --from tracker`.',
  ),
  PREVIEW_RENDER_EMPTY: row(
    'The report has no pictures: nothing is visible',
    (p) => `No object of level ${p.levels} is visible on any of the ${count(p.frames)} frames chosen for the report.`,
    () =>
      'Choose more frames (stages.report.pictures, stages.report.pictureStride), or let tracks reach further (stages.tracker.maxPropagate).',
  ),
  REGISTRY_REBUILT: row(
    'The list of runs was made anew',
    (p) => `The state database could not be read (${p.reason}); it was set aside as ${p.backup}, and a new one began.`,
    () => 'Runs are still in their folders: scan the output folders to list them again. Tags and notes are in the file set aside.',
  ),
} as const satisfies Record<string, DegradedRow>

export type DegradedCode = keyof typeof degradedTable
export function isDegradedCode(code: string): code is DegradedCode {
  return Object.hasOwn(degradedTable, code)
}

export type Warning = { readonly code: DegradedCode; readonly title: string; readonly message: string; readonly remedy: string }

/** The sentences of a row. */
export function warningOf(code: DegradedCode, params: Params): Warning {
  const { title, message, remedy } = degradedTable[code]
  return { code, title, message: message(params), remedy: remedy(params) }
}
