// `runs export-history` and `runs import-history`: My3DIS's CSV of finished runs, out and in.
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Fault, reasonOfError } from '#core/base/fault'
import { formatCount } from '#core/base/format'
import { type ExitCode, exitCodes, type Output } from '../output.ts'
import { withRegistry } from '../registry-session.ts'

/** To `out`, else to stdout. Throws FOLDER_NOT_WRITABLE. */
export function exportHistory(output: Output, out: string | undefined, json: boolean): Promise<ExitCode> {
  return withRegistry(output, async (registry) => {
    const { csv, rows } = await registry.exportHistory()
    if (out !== undefined) writeText(resolve(out), csv)
    if (json) output.printJson(out === undefined ? { rows, csv } : { rows, path: resolve(out) })
    else if (out === undefined)
      // The terminal's own line end completes the last CR LF.
      output.print(csv.slice(0, -1))
    else output.print(`${formatCount(rows)} runs in ${resolve(out)}`)
    return exitCodes.done
  })
}

function writeText(path: string, text: string): void {
  try {
    writeFileSync(path, text)
  } catch (error) {
    throw new Fault('FOLDER_NOT_WRITABLE', { path, reason: reasonOfError(error) }, error)
  }
}

/** Failed (1) only when not one line of it could be read. */
export function importHistory(output: Output, path: string, json: boolean): Promise<ExitCode> {
  return withRegistry(output, async (registry) => {
    const result = await registry.importHistory(resolve(path))
    if (json) output.printJson(result)
    else {
      const { added, known, bad } = result
      output.print(`${formatCount(added)} added, ${formatCount(known)} known already, ${formatCount(bad.length)} lines could not be read.`)
      for (const { line, reason } of bad) output.tell(`line ${line}: ${reason}`)
    }
    return result.added + result.known === 0 && result.bad.length > 0 ? exitCodes.failed : exitCodes.done
  })
}
