// The bytes verb in a browser: one GET with the session's cookie instead of a copy over the socket.
import type { BytesAnswer, BytesQuery } from '#api/api'
import { Fault, isFaultCode } from '#core/base/fault'
import type { BytesClient } from '#api/bytes'

/** Body of an answer: 4-byte little-endian length of the header JSON, the header JSON `{mediaType, header}`, then the bytes. */
export function bytesByFetch(fetchFrom: typeof fetch): BytesClient {
  return async (query: BytesQuery, signal?: AbortSignal): Promise<BytesAnswer> => {
    const response = await fetchFrom(`/bytes?q=${encodeURIComponent(JSON.stringify(query))}`, { signal: signal ?? null }).catch(
      (error: unknown) => {
        if (signal?.aborted) throw error
        throw new Fault('HOST_UNREACHABLE')
      },
    )
    if (response.status === 422) throw await faultOfResponse(response)
    if (!response.ok) throw new Fault('UNEXPECTED', { reason: `the server answered ${response.status} to a question for bytes` })
    return answerFromBody(new Uint8Array(await response.arrayBuffer()))
  }
}

export function answerFromBody(body: Uint8Array): BytesAnswer {
  const length = body.length >= 4 ? new DataView(body.buffer, body.byteOffset, 4).getUint32(0, true) : -1
  if (length < 0 || 4 + length > body.length) throw new Fault('UNEXPECTED', { reason: 'the answer for bytes has no whole header' })
  const head: unknown = JSON.parse(new TextDecoder().decode(body.subarray(4, 4 + length)))
  if (typeof head !== 'object' || head === null || !('header' in head) || !('mediaType' in head))
    throw new Fault('UNEXPECTED', { reason: 'the answer for bytes has an unknown header' })
  return { mediaType: String(head.mediaType), header: head.header, bytes: body.subarray(4 + length) }
}

async function faultOfResponse(response: Response): Promise<Fault> {
  const note: unknown = await response.json().catch(() => undefined)
  if (typeof note === 'object' && note !== null && 'code' in note && typeof note.code === 'string' && isFaultCode(note.code)) {
    const params = 'params' in note && typeof note.params === 'object' && note.params !== null ? note.params : {}
    return new Fault(note.code, params as Readonly<Record<string, string | number>>)
  }
  return new Fault('UNEXPECTED', { reason: 'the server refused, and did not say why' })
}
