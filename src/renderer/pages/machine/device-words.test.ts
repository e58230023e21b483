// A GPU whose provider does not load must never look like one that is used.
import { expect, it } from 'vitest'
import { deviceUse } from './device-words.ts'

const line = (id: string, state: 'ok' | 'absent' | 'broken', found = 'found') => ({ id, state, found })

it('a device with a driver but no provider falls back to the CPU, and says why', () => {
  const lines = [
    line('gpu', 'ok'),
    line('provider-cpu', 'ok'),
    line('provider-cuda', 'absent', 'driver seen, provider failed to load: no cuDNN'),
  ]
  expect(deviceUse('cuda:0', lines)).toMatchObject({ state: 'warning', network: expect.stringMatching(/on the CPU instead.*no cuDNN\.$/) })
  expect(deviceUse('cpu', lines)).toMatchObject({ state: 'ok', network: 'A network runs on the CPU.' })
  expect(deviceUse('cuda:0', [line('provider-cpu', 'ok'), line('provider-cuda', 'ok')])).toMatchObject({ state: 'ok' })
})

it('a runtime that does not work at all is no slower way but none', () => {
  expect(deviceUse('cuda:0', [line('provider-cpu', 'broken', 'onnxruntime does not load')])).toMatchObject({
    state: 'broken',
    network: 'A network cannot run: onnxruntime does not load.',
  })
})
