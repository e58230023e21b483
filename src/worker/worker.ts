// A worker: takes one assignment after the other from its channel, does the stage's work, and reports; between them it answers questions. The one door by which hosts know it.
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import sharp from 'sharp'
import type { Channel } from '#api/channel'
import { type Assignment, type FrameQuestion, type FromWorker, ToWorker } from '#api/worker-api'
import type { ByteSource } from '#core/archive/archive-reader'
import { Fault, noteFromError, reasonOfError } from '#core/base/fault'
import type { VersionCache } from './command/tool.ts'
import { tryModel } from './inference/model-trial.ts'
import { probeProviders } from './inference/providers.ts'
import { createPromptDesk } from './prompts/prompt-desk.ts'
import { stageFor } from './registry.ts'
import { createContext, type StageVoice } from './stage.ts'

/** Serves until the channel closes. */
export function runWorker(channel: Channel): void {
  // Every frame file is read once or twice; a cache of decoded ones would only make memory creep.
  sharp.cache(false)
  const running = new Map<string, { readonly cancel: AbortController; readonly pause: AbortController }>()
  const tickets = new Map<number, () => void>()
  const versions: VersionCache = new Map()
  let nextTicket = 1

  const voiceFor = (id: string, pausing: AbortSignal): StageVoice => ({
    pausing,
    post: (message) => channel.post(message),
    deliver: (message) =>
      new Promise((resolve) => {
        const ticket = nextTicket
        nextTicket += 1
        tickets.set(ticket, resolve)
        channel.post({ ...message, id, ticket })
      }),
  })

  const take = async (assignment: Assignment): Promise<void> => {
    const orders = { cancel: new AbortController(), pause: new AbortController() }
    running.set(assignment.id, orders)
    try {
      const counts = await perform(assignment, orders.cancel.signal, voiceFor(assignment.id, orders.pause.signal), versions)
      channel.post({ type: 'done', id: assignment.id, counts })
    } catch (error) {
      if (orders.cancel.signal.aborted || (orders.pause.signal.aborted && error instanceof Fault && error.code === 'CANCELLED'))
        channel.post({ type: 'cancelled', id: assignment.id })
      else
        channel.post({
          type: 'failed',
          id: assignment.id,
          fault: faultOf(error, assignment.stage),
          stack: error instanceof Error ? error.stack : undefined,
        })
    } finally {
      running.delete(assignment.id)
    }
  }

  const desk = createPromptDesk()
  const answer = async (asked: FrameQuestion): Promise<void> => {
    const orders = { cancel: new AbortController(), pause: new AbortController() }
    running.set(asked.id, orders)
    try {
      channel.post({ type: 'answered', id: asked.id, ...(await desk.answer(asked, orders.cancel.signal)) })
    } catch (error) {
      if (orders.cancel.signal.aborted) channel.post({ type: 'cancelled', id: asked.id })
      else channel.post({ type: 'failed', id: asked.id, fault: faultOf(error, 'prompts') })
    } finally {
      running.delete(asked.id)
    }
  }

  const find = (id: string, what: string, work: Promise<FromWorker>) =>
    work.then(
      (found) => channel.post(found),
      (error: unknown) => channel.post({ type: 'failed', id, fault: faultOf(error, what) }),
    )

  channel.onMessage((raw) => {
    const message = ToWorker.parse(raw)
    if (message.type === 'assign') void take(message.assignment)
    else if (message.type === 'ask') void answer(message.asked)
    else if (message.type === 'try')
      void find(
        message.id,
        'trial of a model',
        tryModel(message.order).then((reports) => ({ type: 'tried', id: message.id, reports: [...reports] })),
      )
    else if (message.type === 'probe')
      void find(
        message.id,
        'probe of providers',
        probeProviders().then((providers) => ({ type: 'probed', id: message.id, providers: [...providers] })),
      )
    else if (message.type === 'cancel') running.get(message.id)?.cancel.abort()
    else if (message.type === 'pause') running.get(message.id)?.pause.abort()
    else {
      tickets.get(message.ticket)?.()
      tickets.delete(message.ticket)
    }
  })
  channel.onClose(() => {
    for (const { cancel } of running.values()) cancel.abort()
  })
  channel.post({ type: 'ready', pid: process.pid })
}

async function perform(
  assignment: Assignment,
  signal: AbortSignal,
  voice: StageVoice,
  versions: VersionCache,
): Promise<Readonly<Record<string, number>>> {
  const tars = new Map<string, Promise<FileHandle>>()
  const sourceOf = async (archive: string): Promise<ByteSource> => {
    const opening = tars.get(archive) ?? open(join(assignment.folder, archive), 'r')
    tars.set(archive, opening)
    return sourceOn(await opening, archive)
  }
  try {
    const context = createContext(assignment, signal, voice, sourceOf)
    // Stages are long loops of plain work: between frames they let the channel speak, or a cancel would never be heard.
    return await stageFor(
      assignment,
      versions,
    )({
      ...context,
      emit: async (artifact) => context.emit(artifact).then(() => setImmediate()),
    })
  } finally {
    for (const opened of await Promise.allSettled(tars.values())) if (opened.status === 'fulfilled') await opened.value.close()
  }
}

function sourceOn(file: FileHandle, name: string): ByteSource {
  return {
    name,
    size: async () => (await file.stat()).size,
    read: async (offset, length) => {
      const bytes = new Uint8Array(length)
      const { bytesRead } = await file.read(bytes, 0, length, offset)
      return bytesRead === length ? bytes : bytes.slice(0, bytesRead)
    },
  }
}

function faultOf(error: unknown, stage: string) {
  if (error instanceof Fault) return noteFromError(error)
  return noteFromError(new Fault('STAGE_FAILED', { stage, reason: reasonOfError(error) }))
}
