// The doctor's lines about inference providers, asked of a process of its own.
import { z } from 'zod'
import type { DoctorLine } from '#api/api'
import { forkProgram } from './child-process.ts'
import { entryFile } from './entries.ts'

const Reports = z.array(z.object({ name: z.string(), compiledIn: z.boolean(), works: z.boolean(), reason: z.string().optional() }))

export async function providerLines(file: string = entryFile('probe-entry')): Promise<DoctorLine[]> {
  const program = forkProgram(file, { heapMegabytes: 256, ownGroup: false })
  const answer = new Promise<unknown>((resolve) => program.channel.onMessage(resolve))
  try {
    const reports = Reports.safeParse(await Promise.race([answer, program.exited]))
    // A provider of another system is nothing this machine lacks.
    if (reports.success) return reports.data.filter(({ name, compiledIn }) => compiledIn || !foreign(name)).map(lineOf)
    return [{ id: 'onnxruntime', title: 'onnxruntime', state: 'broken', found: 'the probe ended without an answer', remedy: reinstall }]
  } finally {
    await program.kill()
  }
}

/** dml exists on Windows only, coreml on macOS only. */
function foreign(name: string): boolean {
  return (name === 'dml' && process.platform !== 'win32') || (name === 'coreml' && process.platform !== 'darwin')
}

const reinstall = 'Install the dependencies again (`npm ci`); the built-in backends work without it.'

function lineOf({ name, compiledIn, works, reason }: z.infer<typeof Reports>[number]): DoctorLine {
  const line = { id: `provider-${name}`, title: `onnxruntime on ${name}` }
  if (works) return { ...line, state: 'ok', found: 'a small network ran and gave the right answer' }
  const state = name === 'cpu' ? 'broken' : 'absent'
  const remedy =
    name === 'cpu' ? reinstall : compiledIn ? `Install what ${name} needs (see its documentation); else models run on the CPU.` : undefined
  return { ...line, state, found: reason ?? 'it does not work', remedy }
}
