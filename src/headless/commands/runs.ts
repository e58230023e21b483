// `runs`: every run of this machine, found, tagged, measured and deleted, without an engine.
import { createInterface } from 'node:readline/promises'
import { resolve } from 'node:path'
import { RegistryQuery } from '#api/api'
import { Fault } from '#core/base/fault'
import { formatBytes, formatCount } from '#core/base/format'
import { type ExitCode, exitCodes, type Output } from '../output.ts'
import { oneLine, runNamed, tableOfRuns, withRegistry } from '../registry-session.ts'
import { listenForSignals } from '../signals.ts'

export type SearchSettings = {
  readonly text: string
  readonly states: readonly string[]
  readonly tags: readonly string[]
  readonly sort: string | undefined
  readonly limit: number | undefined
  readonly offset: number | undefined
}

/** Throws USAGE for a state or an order that does not exist. */
export function runsSearch(output: Output, settings: SearchSettings, json: boolean): Promise<ExitCode> {
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
  const query = RegistryQuery.safeParse(given)
  if (!query.success) {
    const issue = query.error.issues[0]
    throw new Fault('USAGE', { reason: `${issue?.path.join('.')}: ${issue?.message}.` })
  }
  return withRegistry(output, async (registry) => {
    const { rows, total } = await registry.search(query.data)
    if (json) output.printJson({ rows, total })
    else if (total === 0) output.print('No runs.')
    else {
      output.print(tableOfRuns(rows))
      if (rows.length < total) output.tell(`${rows.length} of ${formatCount(total)}; --limit and --offset show others.`)
    }
    return exitCodes.done
  })
}

/** Adds tags, or takes them away; without any it tells those the run has. */
export function runsTag(output: Output, name: string, tags: readonly string[], remove: boolean, json: boolean): Promise<ExitCode> {
  return withRegistry(output, async (registry) => {
    const row = await runNamed(registry, name)
    const kept = row.tags.filter((tag) => !remove || !tags.includes(tag))
    const wanted = remove ? kept : [...kept, ...tags]
    if (tags.length > 0) tellReason(output, (await registry.annotate(row.id, { tags: wanted, note: row.note })).reason)
    const { tags: now } = await runNamed(registry, row.id)
    if (json) output.printJson({ run: row.id, tags: now })
    else output.print(now.length === 0 ? 'No tags.' : now.join('\n'))
    return exitCodes.done
  })
}

/** Replaces the note; without a text it tells the one there is. */
export function runsNote(output: Output, name: string, note: string | undefined, json: boolean): Promise<ExitCode> {
  return withRegistry(output, async (registry) => {
    const row = await runNamed(registry, name)
    if (note !== undefined) tellReason(output, (await registry.annotate(row.id, { tags: row.tags, note })).reason)
    if (json) output.printJson({ run: row.id, note: note ?? row.note })
    else output.print((note ?? row.note) || 'No note.')
    return exitCodes.done
  })
}

function tellReason(output: Output, reason: string | undefined): void {
  if (reason !== undefined) output.tell(`Kept by the registry alone, not in the run folder: ${reason}.`)
}

export function runsSize(output: Output, name: string, json: boolean): Promise<ExitCode> {
  return withRegistry(output, async (registry) => {
    const row = await runNamed(registry, name)
    const size = await registry.sizeOf(row.id)
    if (json) output.printJson({ run: row.id, folder: row.folder, ...size })
    else output.print(sizeText(size))
    return exitCodes.done
  })
}

function sizeText({ files, totalBytes, freedBytes }: { readonly files: number; readonly totalBytes: number; readonly freedBytes: number }) {
  const shared = totalBytes - freedBytes
  return (
    `${formatBytes(totalBytes)} in ${formatCount(files)} files; deleting frees ${formatBytes(freedBytes)}` +
    (shared > 0 ? ` (${formatBytes(shared)} are shared with other runs)` : '')
  )
}

export type Ask = (question: string) => Promise<boolean>

/** Shows the size and asks, unless `yes`. Throws USAGE when nobody can be asked. */
export function runsDelete(
  output: Output,
  names: readonly string[],
  yes: boolean,
  json: boolean,
  ask = askTerminal(output),
): Promise<ExitCode> {
  return withRegistry(output, async (registry) => {
    if (!yes && (json || !ask)) throw new Fault('USAGE', { reason: 'Nobody can be asked here; give --yes to delete.' })
    const deleted: { run: string; folder: string; freedBytes: number }[] = []
    for (const name of names) {
      const row = await runNamed(registry, name)
      const size = await registry.sizeOf(row.id)
      output.tell(`${oneLine(row.name)} (${row.state}), ${oneLine(row.folder)}: ${sizeText(size)}`)
      if (!yes && !(await ask?.('Delete it? [y/N] '))) {
        output.tell('Kept.')
        continue
      }
      await registry.remove(row.id)
      deleted.push({ run: row.id, folder: row.folder, freedBytes: size.freedBytes })
    }
    const freed = deleted.reduce((sum, one) => sum + one.freedBytes, 0)
    if (json) output.printJson({ deleted })
    else output.print(`${formatCount(deleted.length)} deleted, ${formatBytes(freed)} freed.`)
    return exitCodes.done
  })
}

/** Undefined when nobody can be asked. */
export function askTerminal(output: Output): Ask | undefined {
  if (!process.stdin.isTTY || !output.isTerminal) return undefined
  return async (question) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr })
    try {
      return /^y(es)?$/i.test((await lines.question(question)).trim())
    } finally {
      lines.close()
    }
  }
}

/** Ctrl+C ends it in order; what was found before is not taken in. */
export function runsScan(output: Output, folder: string, json: boolean): Promise<ExitCode> {
  return withRegistry(output, async (registry) => {
    const interruption = listenForSignals(
      () => {},
      () => process.exit(exitCodes.cancelled),
    )
    try {
      const path = resolve(folder)
      const { found, added, problems } = await registry.scan(path, interruption.signal)
      if (json) output.printJson({ folder: path, found, added, problems })
      else {
        output.print(`${formatCount(found)} runs found, ${formatCount(added)} of them new.`)
        for (const problem of problems) output.tell(`${oneLine(problem.folder)}: ${oneLine(problem.reason)}`)
      }
      return exitCodes.done
    } catch (error) {
      if (interruption.signal.aborted) throw new Fault('CANCELLED', {}, error)
      throw error
    } finally {
      interruption.dispose()
    }
  })
}
