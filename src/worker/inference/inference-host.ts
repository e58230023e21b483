// A process that opens a network and runs it once, for tests and drills that see how such a process ends.
import { noteFromError } from '#core/base/fault'
import { openModelThread } from './model-thread.ts'
import { openDims, zeros } from './trial-feeds.ts'

type Request = { readonly path: string; readonly memoryLimitBytes?: number; readonly cancelAfterMs?: number }
const { path, memoryLimitBytes, cancelAfterMs }: Request = JSON.parse(process.argv[2] ?? '{}')
const say = (message: unknown) => process.stdout.write(`${JSON.stringify(message)}\n`)
const cancel = new AbortController()
try {
  const session = await openModelThread(path, { providers: ['cpu'], threads: 1, memoryLimitBytes, signal: cancel.signal })
  say({ opened: true })
  if (cancelAfterMs !== undefined) setTimeout(() => cancel.abort(), cancelAfterMs)
  const feeds = session.inputs.map((port) => [port.name, zeros(port, openDims(port.name, port.shape, { width: 64, height: 64 }))] as const)
  try {
    await session.run(Object.fromEntries(feeds))
    say({ ran: true })
  } finally {
    await session.close()
  }
} catch (error) {
  say({ fault: noteFromError(error) })
}
if (cancel.signal.aborted) process.exit(0)
