// My3DIS's history of runs: workflow_history.csv in both directions, and the two kinds of run_pid_map it also left.
import { type BadLine, csvFromFields, recordsFromCsv } from './csv.ts'

/** The header, in its order. Readers take columns by name, so older files with fewer columns are read too. */
export const historyColumns = [
  'timestamp',
  'scene',
  'experiment_name',
  'config_path',
  'data_path',
  'output_root',
  'run_dir',
  'levels',
  'ssam_freq',
  'frames_total',
  'frames_selected',
  'frames_ssam',
  'parent_experiment',
  'experiment_root',
  'scene_output_root',
  'scene_index',
] as const

/** One finished run. Texts are empty where nothing is known. */
export type HistoryRow = {
  /** Local time with its offset, such as 2025-10-21T18:23:49+08:00. With `runDir` the key of the row. */
  readonly timestamp: string
  readonly scene: string
  readonly experimentName: string
  readonly configPath: string
  readonly dataPath: string
  readonly outputRoot: string
  readonly runDir: string
  readonly levels: readonly number[]
  readonly ssamFreq: number | undefined
  readonly framesTotal: number | undefined
  readonly framesSelected: number | undefined
  readonly framesSsam: number | undefined
  readonly parentExperiment: string
  readonly experimentRoot: string
  readonly sceneOutputRoot: string
  readonly sceneIndex: number | undefined
}

/** A process that was started, of which no run is known. */
export type Launch = {
  readonly timestamp: string
  readonly pid: number
  readonly stdoutTarget: string
  readonly command: string
  /** Empty in the kind with tabs. */
  readonly config: string
}

export type Parsed<T> = { readonly rows: readonly { readonly line: number; readonly row: T }[]; readonly bad: readonly BadLine[] }

/** Header and rows, each line ended by CR LF as Python's csv module does. */
export function csvFromHistory(rows: readonly HistoryRow[]): string {
  const number = (value: number | undefined) => (value === undefined ? '' : String(value))
  const lines = rows.map((row) => [
    row.timestamp,
    row.scene,
    row.experimentName,
    row.configPath,
    row.dataPath,
    row.outputRoot,
    row.runDir,
    row.levels.join(','),
    number(row.ssamFreq),
    number(row.framesTotal),
    number(row.framesSelected),
    number(row.framesSsam),
    row.parentExperiment,
    row.experimentRoot,
    row.sceneOutputRoot,
    number(row.sceneIndex),
  ])
  return [historyColumns, ...lines].map((fields) => `${csvFromFields(fields)}\r\n`).join('')
}

export type LegacyKind = 'history' | 'launches-csv' | 'launches-tsv'

/** What a file is by its first line; undefined when it is none of the three. */
export function legacyKindOf(text: string): LegacyKind | undefined {
  const first = text.replace(/^\uFEFF/, '').split(/\r?\n/, 1)[0] ?? ''
  const names = recordsFromCsv(first).records[0]?.fields.map((name) => name.trim()) ?? []
  if (names.includes('timestamp') && names.includes('run_dir')) return 'history'
  if (names.includes('timestamp') && names.includes('pid')) return 'launches-csv'
  return /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\S*\t\d+\t/.test(first) ? 'launches-tsv' : undefined
}

export function historyFromCsv(text: string): Parsed<HistoryRow> {
  return parsedTable(text, ['timestamp', 'run_dir'], (cell) => {
    const timestamp = timeText(cell('timestamp'))
    if (cell('run_dir') === '') throw new RangeError('run_dir is empty')
    return {
      timestamp,
      scene: cell('scene'),
      experimentName: cell('experiment_name'),
      configPath: cell('config_path'),
      dataPath: cell('data_path'),
      outputRoot: cell('output_root'),
      runDir: cell('run_dir'),
      levels: levelsFrom(cell('levels')),
      ssamFreq: wholeNumber('ssam_freq', cell('ssam_freq')),
      framesTotal: wholeNumber('frames_total', cell('frames_total')),
      framesSelected: wholeNumber('frames_selected', cell('frames_selected')),
      framesSsam: wholeNumber('frames_ssam', cell('frames_ssam')),
      parentExperiment: cell('parent_experiment'),
      experimentRoot: cell('experiment_root'),
      sceneOutputRoot: cell('scene_output_root'),
      sceneIndex: wholeNumber('scene_index', cell('scene_index')),
    }
  })
}

/** The kind from the YAML entry point: a header, and the columns timestamp, pid, stdout_target, command, config. */
export function launchesFromCsv(text: string): Parsed<Launch> {
  return parsedTable(text, ['timestamp', 'pid'], (cell) => ({
    timestamp: timeText(cell('timestamp')),
    pid: wholeNumber('pid', cell('pid')) ?? fail('pid is empty'),
    stdoutTarget: cell('stdout_target'),
    command: cell('command'),
    config: cell('config'),
  }))
}

/** The kind from the shell script: no header, four columns between tabs, nothing quoted for us: the command is shell text. */
export function launchesFromTsv(text: string): Parsed<Launch> {
  const rows: { line: number; row: Launch }[] = []
  const bad: BadLine[] = []
  for (const [i, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === '') continue
    try {
      const [time, pid, stdoutTarget, ...command] = line.split('\t')
      if (stdoutTarget === undefined || command.length === 0) throw new RangeError('it has fewer than four columns')
      rows.push({
        line: i + 1,
        row: {
          timestamp: timeText(time ?? ''),
          pid: wholeNumber('pid', pid ?? '') ?? fail('pid is empty'),
          stdoutTarget,
          command: command.join('\t'),
          config: '',
        },
      })
    } catch (error) {
      bad.push({ line: i + 1, reason: reasonOf(error) })
    }
  }
  return { rows, bad }
}

function parsedTable<T>(text: string, required: readonly string[], rowFrom: (cell: (name: string) => string) => T): Parsed<T> {
  const { records, bad } = recordsFromCsv(text)
  const [header, ...rest] = records
  const names = header?.fields.map((name) => name.trim()) ?? []
  const missing = required.filter((name) => !names.includes(name))
  if (!header || missing.length > 0) return { rows: [], bad: [{ line: 1, reason: `the header has no ${missing.join(' and no ')}` }] }
  const rows: { line: number; row: T }[] = []
  const wrong = [...bad]
  for (const { line, fields } of rest) {
    try {
      // Two programs that appended without a lock leave the header in the middle, which is no fault of a run.
      if (fields.every((field, i) => field.trim() === names[i])) continue
      if (fields.length !== names.length) throw new RangeError(`it has ${fields.length} columns, the header ${names.length}`)
      rows.push({ line, row: rowFrom((name) => fields[names.indexOf(name)]?.trim() ?? '') })
    } catch (error) {
      wrong.push({ line, reason: reasonOf(error) })
    }
  }
  return { rows, bad: wrong.sort((a, b) => a.line - b.line) }
}

/** Milliseconds since 1970 of a time in one of My3DIS's forms; NaN when it is none. Without an offset it is local time. */
export function timeFromText(text: string): number {
  return Date.parse(text.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)/, '$1T$2').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
}

function timeText(text: string): string {
  if (Number.isNaN(timeFromText(text))) throw new RangeError(`"${text}" is no time`)
  return text
}

function wholeNumber(name: string, text: string): number | undefined {
  if (text === '' || text === 'None') return undefined
  if (!/^-?\d{1,15}$/.test(text)) throw new RangeError(`${name} is "${text}", not a whole number`)
  return Number(text)
}

/** "2,4,6", also with blanks, or in the brackets of a Python list. */
function levelsFrom(text: string): number[] {
  const inner = text.replace(/^\[|\]$/g, '').trim()
  return inner === '' ? [] : inner.split(',').map((part) => wholeNumber('levels', part.trim()) ?? fail(`levels is "${text}"`))
}

function fail(reason: string): never {
  throw new RangeError(reason)
}

function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return error.message
  throw error
}

/** Local time with its offset, to the second, as My3DIS writes times; `offsetMinutes` is east of Greenwich. */
export function timestampText(at: number, offsetMinutes: number): string {
  const sign = offsetMinutes < 0 ? '-' : '+'
  const two = (value: number) => String(value).padStart(2, '0')
  const offset = `${sign}${two(Math.floor(Math.abs(offsetMinutes) / 60))}:${two(Math.abs(offsetMinutes) % 60)}`
  return `${new Date(at + offsetMinutes * 60_000).toISOString().slice(0, 19)}${offset}`
}
