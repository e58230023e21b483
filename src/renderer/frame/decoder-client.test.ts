// The decoding thread: ended at rest, made again when needed, and no question left without an answer.
import { expect, it } from 'vitest'
import { type DecoderThread, makeDecoder } from './decoder-client.ts'
import { emptyColumns } from './mask-columns.ts'
import type { DecodeAnswer, DecodeRequest } from './decoder-messages.ts'

const request = { frameIndex: 0, width: 1, height: 1, bytes: new Uint8Array(), image: undefined, parts: [], isDrawn: true }
const frame: DecodeAnswer['frame'] = {
  bitmap: undefined,
  masks: { columns: emptyColumns, layers: { levels: [], firsts: [], rasters: [], beneath: [] }, dropped: 0 },
}
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function threads(answers: boolean) {
  const made: { ended: boolean }[] = []
  const make = (): DecoderThread => {
    const own = { ended: false }
    made.push(own)
    const listeners: ((event: { data: DecodeAnswer }) => void)[] = []
    return {
      addEventListener: ((type: string, listener: (event: { data: DecodeAnswer }) => void) => {
        if (type === 'message') listeners.push(listener)
      }) as DecoderThread['addEventListener'],
      postMessage: (message: DecodeRequest) => {
        if (answers)
          setTimeout(
            () =>
              own.ended ||
              listeners.forEach((listener) => {
                listener({ data: { ask: message.ask, frame } })
              }),
            1,
          )
      },
      terminate: () => {
        own.ended = true
      },
    }
  }
  return { made, make }
}

it('a thread that rests is ended, and the next frame gets a new one', async () => {
  const { made, make } = threads(true)
  const decoder = makeDecoder(make, 10)
  await Promise.all([decoder.decode(request), decoder.decode(request)])
  expect(made.length).toBe(1)
  await wait(40)
  expect(made[0]?.ended).toBe(true)
  await decoder.decode(request)
  expect(made.length).toBe(2)
  expect(made[1]?.ended).toBe(false)
  decoder.close()
})

it('closing answers what still waits', async () => {
  const decoder = makeDecoder(threads(false).make, 10)
  const asked = decoder.decode(request)
  decoder.close()
  await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' })
})
