// What is said of a provider that does not work: is it the driver that is missing, or the provider?
import { expect, test } from 'vitest'
import type { DoctorLine } from '#api/api'
import { withDriver } from './doctor.ts'

const cuda: DoctorLine = { id: 'provider-cuda', title: 'onnxruntime on cuda', state: 'absent', found: 'its libraries are not installed' }
const gpu = (state: DoctorLine['state'], found: string): DoctorLine => ({ id: 'gpu', title: 'GPU', state, found })

test('a driver that is there is told apart from the provider that failed on top of it', () => {
  const [, line] = withDriver([gpu('ok', 'Test GPU, 16384 MiB, 560.1'), cuda])
  expect(line?.found).toBe('driver seen (Test GPU, 16384 MiB, 560.1), provider failed to load: its libraries are not installed')
})

test('without a driver nobody is sent to look for libraries first', () => {
  const [, line] = withDriver([gpu('absent', 'nvidia-smi was not found: no NVIDIA driver'), cuda])
  expect(line?.found).toBe('no driver (nvidia-smi was not found: no NVIDIA driver); its libraries are not installed')
})

test('a provider that works, and one that needs no such driver, are told as they are', () => {
  const lines: DoctorLine[] = [gpu('absent', 'none'), { ...cuda, state: 'ok', found: 'ran' }, { ...cuda, id: 'provider-webgpu' }]
  expect(withDriver(lines)).toEqual(lines)
})
