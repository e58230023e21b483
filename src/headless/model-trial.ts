// Tries a model in a process of its own: a driver or a network may crash it, and only it.
import { z } from 'zod'
import { Fault, isFaultCode } from '#core/base/fault'
import { type TrialOrder, TrialReport } from '#core/model/trial-report'
import { forkProgram } from './child-process.ts'
import { entryFile } from './entries.ts'

const Answer = z.union([
  z.object({ reports: z.array(TrialReport) }),
  z.object({ fault: z.object({ code: z.string().refine(isFaultCode), params: z.record(z.string(), z.union([z.string(), z.number()])) }) }),
])

/** Throws MODEL_TRIAL_LOST when the process dies or takes longer, CANCELLED, and the faults of opening and running. */
export async function tryInChild(order: TrialOrder, signal?: AbortSignal, timeoutSeconds = 300): Promise<readonly TrialReport[]> {
  if (signal?.aborted) throw new Fault('CANCELLED')
  const program = forkProgram(entryFile('probe-entry'), { args: [JSON.stringify(order)], heapMegabytes: 1024, ownGroup: true })
  const lost = (reason: string) => new Fault('MODEL_TRIAL_LOST', { path: order.files[0]?.path ?? '', reason })
  const leave = () => void program.kill()
  signal?.addEventListener('abort', leave, { once: true })
  let timer: NodeJS.Timeout | undefined
  try {
    const answer = await Promise.race([
      new Promise<unknown>((done) => program.channel.onMessage(done)),
      program.exited.then(({ reason }) => {
        throw signal?.aborted ? new Fault('CANCELLED') : lost(reason)
      }),
      new Promise((_, fail) => {
        timer = setTimeout(() => fail(lost(`it took longer than ${timeoutSeconds} s`)), timeoutSeconds * 1000)
      }),
    ])
    const parsed = Answer.safeParse(answer)
    if (!parsed.success) throw lost('its answer was not understood')
    if ('fault' in parsed.data) throw new Fault(parsed.data.fault.code, parsed.data.fault.params)
    return parsed.data.reports
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', leave)
    await program.kill()
  }
}
