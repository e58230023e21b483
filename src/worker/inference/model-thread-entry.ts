// The thread in which one network is opened and run: it blocks while the network runs, so that the thread beside it need not.
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { Fault, type FaultNote, noteFromError, reasonOfError } from '#core/base/fault'
import { withFloatBorder } from './half-border.ts'
import { checkOutputs } from './output-check.ts'
import { type ModelSession, openSession } from './session.ts'
import type { FromThread, NamedTensors, ThreadOrder, ToThread } from './thread-messages.ts'

if (isMainThread || parentPort === null) throw new Error('This file is started as a thread by openModelThread only.')
const port = parentPort
const { path, options } = workerData as ThreadOrder
const say = (message: FromThread, transfer: readonly ArrayBuffer[] = []) => port.postMessage(message, transfer)

let session: ModelSession | undefined
try {
  session = withFloatBorder(await openSession(path, options))
  const { run: _run, close: _close, ...opened } = session
  say({ type: 'opened', session: opened })
} catch (error) {
  say({ type: 'refused', fault: noteFromError(error) })
}
// Without a listener nothing keeps a thread whose network was refused.
if (session !== undefined) serve(session)

function serve(opened: ModelSession): void {
  port.on('message', (message: ToThread) => {
    if (message.type === 'close') void opened.close().finally(() => port.close())
    else void answer(opened, message.ticket, message.feeds)
  })
}

async function answer(opened: ModelSession, ticket: number, feeds: NamedTensors): Promise<void> {
  try {
    const outputs = await opened.run(feeds)
    checkOutputs(path, opened.outputs, outputs)
    say({ type: 'ran', ticket, outputs }, buffersOf(outputs))
  } catch (error) {
    say({ type: 'failed', ticket, fault: faultOfRun(error) })
  }
}

function faultOfRun(error: unknown): FaultNote {
  return noteFromError(error instanceof Fault ? error : new Fault('MODEL_RUN_FAILED', { path, reason: reasonOfError(error) }, error))
}

/** Handed over rather than copied; two outputs may lie in one buffer. */
function buffersOf(outputs: NamedTensors): readonly ArrayBuffer[] {
  const buffers = Object.values(outputs).flatMap(({ values }) =>
    ArrayBuffer.isView(values) && values.buffer instanceof ArrayBuffer ? [values.buffer] : [],
  )
  return [...new Set(buffers)]
}
