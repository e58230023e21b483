// What a device asks of the runtime, and what is said when it gives something else.
import { expect, test, vi } from 'vitest'
import { providersFor, warnOfFallback } from './device-providers.ts'

test('a GPU is asked for by its own number, and the CPU asks for nothing else', () => {
  expect(providersFor('cuda:3')).toEqual({ providers: ['cuda', 'cpu'], deviceId: 3 })
  expect(providersFor('cpu')).toEqual({ providers: ['cpu'] })
})

const assignment = { stage: 'ssam', device: 'cuda:0' }
const session = { path: '/models/a.onnx', provider: 'cpu', wholeGraph: true, failed: [{ provider: 'cuda', reason: 'no driver' }] } as const

test('a network that went to another provider is told with the reason of the one that was asked first', () => {
  const warn = vi.fn()
  warnOfFallback({ assignment, warn }, session)
  expect(warn).toHaveBeenCalledExactlyOnceWith('PROVIDER_FALLBACK', {
    ...assignment,
    model: 'a.onnx',
    provider: 'cpu',
    reason: 'cuda: no driver',
  })
})

test('a network that the GPU took only in part is told too; one that it took whole is not', () => {
  const warn = vi.fn()
  warnOfFallback({ assignment, warn }, { ...session, provider: 'cuda', failed: [] })
  expect(warn).not.toHaveBeenCalled()
  warnOfFallback({ assignment, warn }, { ...session, provider: 'cuda', failed: [], wholeGraph: false })
  expect(warn).toHaveBeenCalledExactlyOnceWith('PROVIDER_FALLBACK', expect.objectContaining({ provider: 'cuda and the CPU' }))
})
