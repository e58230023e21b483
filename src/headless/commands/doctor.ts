// `doctor`: what this machine has, each line with its remedy.
import { faultFromCall } from '#api/client'
import { withEngine } from '../engine-session.ts'
import { type ExitCode, exitCodes, type Output, tableText } from '../output.ts'

/** Done (0) unless something is broken; what is merely absent is no failure. */
export function doctorCommand(output: Output, json: boolean): Promise<ExitCode> {
  return withEngine({ output }, async (engine) => {
    const client = engine.connect()
    const lines = await client.call.app.doctor().catch((error: unknown) => {
      throw faultFromCall(error)
    })
    if (json) output.printJson(lines)
    else {
      const rows = lines.map((line) => [line.state, line.title, line.remedy ? `${line.found} — ${line.remedy}` : line.found])
      output.print(tableText(rows))
    }
    return lines.some(({ state }) => state === 'broken') ? exitCodes.failed : exitCodes.done
  })
}
