// The words about models: the store, known public models, fetches that go on without a page, trials and benchmarks.
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { KnownModel } from '#core/model/known-models'
import { ModelBench } from '#core/model/model-bench'
import { ModelEntry, ModelId, ModelPart, Sha256 } from '#core/model/model-entry'
import { TrialReport } from '#core/model/trial-report'
import { base, FaultNote } from './contract-base.ts'

/** A model of the store as it stands now. */
export const ModelRow = z.object({
  entry: ModelEntry,
  folder: z.string(),
  /** ready: can run. unrecorded: can run, but was put there by hand and nobody recorded its hash. incomplete: parts are missing. broken: see `problems`. */
  state: z.enum(['ready', 'unrecorded', 'incomplete', 'broken']),
  missing: z.array(ModelPart),
  problems: z.array(FaultNote),
  sizeBytes: z.number(),
  /** What removing it gives back: linked files take no space, and stay where they are. */
  freedBytes: z.number(),
  linkedFiles: z.array(z.string()),
  /** Of the same bytes, newest first, one for each provider. */
  benches: z.array(ModelBench),
})
export type ModelRow = z.infer<typeof ModelRow>

/** A fetch of this engine. It goes on when nobody looks; one that stopped stays until it is begun again or dropped. */
export const ModelFetch = z.object({
  /** Id of a known model, or the address. */
  what: z.string(),
  state: z.enum(['going', 'stopped', 'failed']),
  fault: FaultNote.optional(),
  /** The file that comes just now; absent before the first byte. */
  file: z.string().optional(),
  doneBytes: z.number(),
  /** Absent when the server does not say. */
  totalBytes: z.number().optional(),
  /** Of `doneBytes`, what an earlier attempt had brought. */
  resumedBytes: z.number(),
  /** Over the last seconds; absent until it is known. */
  bytesPerSecond: z.number().optional(),
})
export type ModelFetch = z.infer<typeof ModelFetch>

export const ModelShelf = z.object({
  folder: z.string(),
  models: z.array(ModelRow),
  /** Files and folders that are no model: what was found, and what was expected. */
  refused: z.array(z.object({ path: z.string(), fault: FaultNote })),
  fetches: z.array(ModelFetch),
})
export type ModelShelf = z.infer<typeof ModelShelf>

const ModelRef = z.object({ id: ModelId })
const What = z.object({ what: z.string().min(1).max(2000) })

export const modelsApi = {
  /** Reads headers and sizes only. */
  list: base.output(ModelShelf),
  /** The shelf now, and again within two seconds after anything in the folder, or a fetch, changed (at most four times a second). */
  watch: base.output(eventIterator(ModelShelf)),
  /** Public models that this program knows of; `how` tells what can be done without exporting it oneself. */
  known: base.output(z.array(z.object({ model: KnownModel, how: z.enum(['checked', 'unchecked', 'export']) }))),
  /** Takes in the files of one model together. Throws what the store says of them. */
  add: base
    .input(z.object({ paths: z.array(z.string().min(1)).min(1).max(32), id: ModelId.optional(), link: z.boolean().default(false) }))
    .output(ModelRow),
  /** Begins or goes on, and answers at once: `watch` tells how it goes. Throws MODEL_NOT_IN_STORE, MODEL_WITHOUT_ADDRESS, MODEL_EXISTS. */
  fetch: base.input(What.extend({ id: ModelId.optional(), sha256: Sha256.optional() })).output(z.object({})),
  /** What came stays for the next time, unless `drop`. */
  stopFetch: base.input(What.extend({ drop: z.boolean() })).output(z.object({})),
  /** Reads every byte; one row for each file. */
  verify: base
    .input(ModelRef)
    .output(z.object({ files: z.array(z.object({ name: z.string(), sha256: z.string(), fault: FaultNote.optional() })) })),
  remove: base.input(ModelRef).output(z.object({})),
  /** Runs it in a process of its own, which ends when the caller goes. Without a picture every input is zeros. */
  test: base
    .input(ModelRef.extend({ picture: z.string().min(1).optional(), provider: z.string().default('cpu') }))
    .output(z.object({ reports: z.array(TrialReport) })),
  /** Two starts in two processes, and some runs; kept with the model. */
  bench: base.input(ModelRef.extend({ provider: z.string().default('cpu') })).output(ModelBench),
} as const
