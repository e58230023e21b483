// The chip of the queue says what holds things back.
import { expect, test } from 'vitest'
import type { QueueState } from '#api/queue-state'
import { queueChip } from './queue-words.ts'

const calm: QueueState = {
  paused: false,
  parallel: 2,
  cap: 2,
  capReason: '',
  entries: [],
  devices: [],
  memory: { state: 'calm', source: 'memory.max' },
}
const entry = (state: 'queued' | 'running', waitsFor = '') => ({
  runId: state,
  name: 'n',
  sceneName: 's',
  state,
  done: 0,
  total: 0,
  waitsFor,
})

test('an empty queue is told as empty, not as an empty label', () => {
  expect(queueChip(calm)).toEqual({ state: 'ok', parts: ['queue empty'], why: 'Nothing is held back' })
})

test('a paused queue is never shown as going although something still goes', () => {
  const chip = queueChip({ ...calm, paused: true, entries: [entry('running'), entry('queued', 'the queue is paused')] })
  expect(chip.state).toBe('paused')
  expect(chip.parts).toEqual(['queue paused', '1 going', '1 waiting'])
  expect(chip.why).toBe('the queue is paused')
})

test('fewer runs at once than wished are told with their reason', () => {
  const chip = queueChip({ ...calm, cap: 1, capReason: 'memory is short', entries: [entry('running')] })
  expect(chip).toMatchObject({ state: 'warning', parts: ['1 of 2 at once', '1 going'], why: 'memory is short' })
})
