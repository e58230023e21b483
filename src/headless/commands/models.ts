// `models`: the store of models of this person: list, add, fetch, verify, remove, and try one in a process of its own.
import { existsSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { Fault, type FaultNote, sentenceOfFault } from '#core/base/fault'
import { formatBytes, formatCount } from '#core/base/format'
import { fetchability } from '#core/model/known-models'
import { type ModelBench, totalsOfBench } from '#core/model/model-bench'
import type { ModelEntry } from '#core/model/model-entry'
import type { TrialReport } from '#core/model/trial-report'
import {
  type BenchBook,
  benchFolderOf,
  benchModel,
  checkTrial,
  createBenchBook,
  createModelStore,
  fetchModel,
  type FetchProgress,
  modelAt,
  type ModelStore,
  readKnownModels,
  type StoredModel,
  trialOrderOf,
} from '#engine/engine'
import { knownModelsFile } from '../entries.ts'
import { trialsInChild } from '../model-trial.ts'
import { type ExitCode, exitCodes, type Output, tableText } from '../output.ts'
import { placesOf } from '../places.ts'
import { oneLine } from '../registry-session.ts'
import { listenForSignals } from '../signals.ts'
import { askTerminal } from './runs.ts'

/** The store of this person, with the list of known models of this program. */
export function openModels(): ModelStore {
  return createModelStore(placesOf().modelsFolder, readKnownModels(knownModelsFile()))
}

const openBenches = (): BenchBook => createBenchBook(benchFolderOf(placesOf().stateFolder))

const sizeOf = ({ entry }: StoredModel) =>
  entry.files.reduce((sum, file) => sum + file.sizeBytes + file.weights.reduce((all, one) => all + one.sizeBytes, 0), 0)

function stateOf({ entry, missing, problems }: StoredModel): string {
  if (problems[0]) return sentenceOfFault(problems[0]).message
  if (missing.length > 0) return `needs ${missing.join(', ')} too`
  return entry.files.every(({ sha256 }) => sha256 !== undefined) ? 'ready' : 'ready, put there by hand: its hash is not recorded'
}

export async function modelsList(output: Output, known: boolean, json: boolean): Promise<ExitCode> {
  const store = openModels()
  if (known) return listKnown(output, store, json)
  const { models, refused } = await store.list()
  const benches = openBenches()
  const measured = await Promise.all(models.map(async (model) => ({ ...model, benches: await benches.of(model) })))
  if (json) {
    output.printJson({ folder: store.folder, models: measured, refused })
    return exitCodes.done
  }
  if (models.length === 0) output.print(`No models in ${store.folder}. \`models list --known\` tells what can be fetched or exported.`)
  else {
    const rows = measured.map((model) => {
      const { id, role, family, licence } = model.entry
      const runs = model.benches.map((bench) => `${bench.provider} ${totalsOfBench(bench).medianMs.toFixed(1)} ms`).join(', ')
      return [id, role, family, formatBytes(sizeOf(model)), oneLine(licence), runs, oneLine(stateOf(model))]
    })
    output.print(tableText([['model', 'role', 'family', 'size', 'licence', 'a run', 'state'], ...rows]))
  }
  for (const { path, fault } of refused) output.tell(oneLine(`${path}: ${sentenceOfFault(fault).message}`))
  return exitCodes.done
}

function listKnown(output: Output, { known }: ModelStore, json: boolean): ExitCode {
  if (json) output.printJson(known)
  else {
    const how = {
      checked: 'can be fetched',
      unchecked: 'can be fetched; its hash is not known here',
      export: 'has to be exported',
    } as const
    const rows = known.map((model) => [model.id, model.role, model.licence, how[fetchability(model)], model.page])
    output.print(tableText([['model', 'role', 'licence', 'how', 'page'], ...rows]))
    output.tell('What could not be checked of each is in `models list --known --json` (unchecked); docs/models.md tells how to export.')
  }
  return exitCodes.done
}

export type AddSettings = {
  readonly id: string | undefined
  readonly link: boolean
  readonly licence: string | undefined
  readonly source: string | undefined
}

export async function modelsAdd(output: Output, files: readonly string[], settings: AddSettings, json: boolean): Promise<ExitCode> {
  const { id, link, licence, source } = settings
  const model = await openModels().add(files, { id, link, ...(licence && { licence }), ...(source && { source }) })
  tellModel(output, model, json, 'added')
  return exitCodes.done
}

function tellModel(output: Output, model: StoredModel, json: boolean, what: string): void {
  if (json) {
    output.printJson(model)
    return
  }
  const { id, role, family, files, unchecked } = model.entry
  output.print(`${id} ${what}: ${role}, ${family}, ${formatBytes(sizeOf(model))}; ${stateOf(model)}.`)
  for (const file of files) output.print(`  ${file.part}  ${file.name}  sha256 ${file.sha256}`)
  for (const fact of unchecked) output.tell(`Not checked: ${fact}.`)
  if (model.missing.length > 0)
    output.tell(
      `No stage can run a part alone. Remove it (\`scenewright models remove ${id} --yes\`), and add all files of the model in one call.`,
    )
}

export type FetchSettings = { readonly id: string | undefined; readonly sha256: string | undefined; readonly from: string | undefined }

/** Ctrl+C ends it in order; what was fetched stays, and the next call goes on from there. */
export async function modelsFetch(output: Output, what: string, settings: FetchSettings, json: boolean): Promise<ExitCode> {
  const { id, sha256, from } = settings
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256)) throw new Fault('USAGE', { reason: '--sha256 takes 64 hexadecimal digits' })
  const interruption = listenForSignals(
    () => output.tell('Stopping; what was fetched is kept.'),
    () => process.exit(exitCodes.cancelled),
  )
  const show = progressTeller(output)
  try {
    const options = { id, sha256: sha256?.toLowerCase(), from, signal: interruption.signal, onProgress: show }
    tellModel(output, await fetchModel(openModels(), what, options), json, 'fetched')
    return exitCodes.done
  } finally {
    interruption.dispose()
  }
}

/** A line at the start of each file, and one for each further tenth, or each 100 MB where the size is not told. */
export function progressTeller(output: Output): (progress: FetchProgress) => void {
  let name = ''
  let step = -1
  return (progress) => {
    const { doneBytes, totalBytes, resumedBytes } = progress
    const now = totalBytes ? Math.floor((doneBytes / totalBytes) * 10) : Math.floor(doneBytes / 100_000_000)
    if (name === progress.name && step === now) return
    const begins = name !== progress.name
    ;[name, step] = [progress.name, now]
    const of =
      totalBytes === undefined
        ? ''
        : ` of ${formatBytes(totalBytes)} (${totalBytes === 0 ? 100 : Math.floor((100 * doneBytes) / totalBytes)} %)`
    const resumed = begins && resumedBytes > 0 ? ', going on where it stopped' : ''
    output.tell(oneLine(`${name}: ${formatBytes(doneBytes)}${of}${resumed}`))
  }
}

/** All models without names. Failed when one is not what is recorded. */
export async function modelsVerify(output: Output, ids: readonly string[], json: boolean): Promise<ExitCode> {
  const store = openModels()
  const names = ids.length > 0 ? ids : (await store.list()).models.map(({ entry }) => entry.id)
  const results: { model: string; name: string; sha256: string; fault?: FaultNote }[] = []
  for (const id of names) for (const file of await store.verify(id)) results.push({ model: id, ...file })
  const broken = results.filter(({ fault }) => fault)
  if (json) output.printJson(results)
  else {
    for (const { model, name, sha256, fault } of results)
      output.print(oneLine(fault ? `${model}  ${sentenceOfFault(fault).message}` : `${model}  ${name}  ${sha256}`))
    output.print(
      broken.length === 0
        ? `${formatCount(results.length)} files are as recorded.`
        : `Not as recorded: ${formatCount(broken.length)} of ${formatCount(results.length)} files.`,
    )
  }
  return broken.length === 0 ? exitCodes.done : exitCodes.failed
}

/** Shows the size and asks, unless `yes`. Throws USAGE when nobody can be asked. */
export async function modelsRemove(
  output: Output,
  ids: readonly string[],
  yes: boolean,
  json: boolean,
  ask = askTerminal(output),
): Promise<ExitCode> {
  if (!yes && (json || !ask)) throw new Fault('USAGE', { reason: 'Nobody can be asked here; give --yes to remove.' })
  const store = openModels()
  const removed: string[] = []
  for (const id of ids) {
    const model = await store.get(id)
    output.tell(oneLine(`${id}: ${formatBytes(sizeOf(model))} in ${model.folder}`))
    if (!yes && !(await ask?.('Remove it? [y/N] '))) {
      output.tell('Kept.')
      continue
    }
    await store.remove(id)
    await openBenches().forget(id)
    removed.push(id)
  }
  if (json) output.printJson({ removed })
  else output.print(`${formatCount(removed.length)} removed.`)
  return exitCodes.done
}

export type TestSettings = {
  readonly picture: string | undefined
  readonly providers: readonly string[]
  readonly threads: number
  readonly repeats: number
  readonly timeoutSeconds: number
}

/** Failed when an output holds values that are no finite numbers. Throws MODEL_TRIAL_LOST when the process dies or takes too long. */
export async function modelsTest(output: Output, nameOrPath: string, settings: TestSettings, json: boolean): Promise<ExitCode> {
  const { picture, timeoutSeconds, ...rest } = settings
  const model = await storedAt(openModels(), nameOrPath)
  const order = trialOrderOf(model, {
    ...rest,
    providers: [...rest.providers],
    ...(picture !== undefined && { picture: resolve(picture) }),
  })
  const reports = await interruptible((signal) => trialsInChild(timeoutSeconds).tryModel(order, signal))
  if (json) output.printJson(reports)
  else {
    for (const report of reports) printReport(output, report)
    for (const line of purposeOf(model.entry, nameOrPath, reports)) output.print(line)
  }
  checkTrial(reports)
  return exitCodes.done
}

async function storedAt(store: ModelStore, nameOrPath: string): Promise<StoredModel> {
  const isPath = isAbsolute(nameOrPath) || /[\\/]/.test(nameOrPath) || existsSync(nameOrPath)
  return isPath ? modelAt(resolve(nameOrPath)) : store.get(nameOrPath)
}

/** Ctrl+C ends the process of a trial. */
async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interruption = listenForSignals(
    () => {},
    () => process.exit(exitCodes.cancelled),
  )
  try {
    return await work(interruption.signal)
  } finally {
    interruption.dispose()
  }
}

export type BenchChoice = { readonly provider: string; readonly threads: number; readonly repeats: number; readonly timeoutSeconds: number }

/** Only models of the store: what is measured is kept with them. */
export async function modelsBench(output: Output, id: string, choice: BenchChoice, json: boolean): Promise<ExitCode> {
  const { timeoutSeconds, ...settings } = choice
  const store = openModels()
  const model = await store.get(id)
  output.tell(`Measuring ${id} on ${choice.provider}: two starts in two processes, then ${formatCount(choice.repeats)} runs.`)
  const bench = await interruptible((signal) => benchModel(model, trialsInChild(timeoutSeconds).tryModel, { ...settings, signal }))
  await openBenches().keep(bench)
  if (json) output.printJson(bench)
  else output.print(`${id} ${benchWords(bench)}.`)
  return exitCodes.done
}

function benchWords(bench: ModelBench): string {
  const { medianMs, firstStartMs, secondStartMs, inPart } = totalsOfBench(bench)
  const partly = inPart ? ' in part, the rest on the CPU' : ''
  return `on ${bench.provider}${partly}: ${medianMs.toFixed(1)} ms a run, first start ${firstStartMs.toFixed(0)} ms, second ${secondStartMs.toFixed(0)} ms`
}

/** What a run does with a promptable model, and what its decoder answered to one click. */
function purposeOf({ family, role, files }: ModelEntry, nameOrPath: string, reports: readonly TrialReport[]): string[] {
  const decoder = reports.find(({ part }) => part === 'decoder')
  if (role !== 'promptableSegmenter' || !decoder) return []
  const scores = decoder.outputs.find(({ name }) => name === 'iou_predictions' || name === 'scores')
  const count = scores?.dims.at(-1) ?? 0
  const range = scores?.min === undefined || scores.max === undefined ? '' : `, predicted IoU ${short(scores.min)} to ${short(scores.max)}`
  const ports = files.find(({ part }) => part === 'decoder')?.inputs ?? []
  const batches = typeof ports.find(({ name }) => name === 'point_coords')?.shape[0] !== 'number'
  return [
    `A click gives ${count} masks${range}; its decoder takes ${batches ? 'many clicks' : 'one click'} at a time (family ${family}).`,
    `A run makes candidates with it: --set stages.ssam.backend=onnx --set stages.ssam.model=${nameOrPath}`,
  ]
}

function printReport(output: Output, report: TrialReport): void {
  const { path, part, provider, wholeGraph, failed, inputs, outputs, loadMs, firstMs, medianMs } = report
  output.print(`${path} (${part}) on ${provider}${wholeGraph ? '' : ' in part, the rest on the CPU'}`)
  for (const one of failed) output.tell(oneLine(`${one.provider} could not be used: ${one.reason}.`))
  const rows = [
    ...inputs.map(({ name, type, dims, fed }) => ['input', name, `${type} [${dims.join(',')}]`, fed]),
    ...outputs.map(({ name, type, dims, min, max, notFinite }) => [
      'output',
      name,
      `${type} [${dims.join(',')}]`,
      min === undefined || max === undefined ? '' : `${short(min)} to ${short(max)}${notFinite > 0 ? `, ${notFinite} not finite` : ''}`,
    ]),
  ]
  output.print(tableText(rows.map((row) => [`  ${row[0]}`, ...row.slice(1)])))
  const again = medianMs === undefined ? '' : `, then ${medianMs.toFixed(1)} ms`
  output.print(`  loaded in ${loadMs.toFixed(0)} ms, first run ${firstMs.toFixed(1)} ms${again}`)
}

const short = (value: number) => String(Number(value.toPrecision(4)))
