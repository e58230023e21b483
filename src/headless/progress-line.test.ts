import { describe, expect, it } from 'vitest'
import { foldRun, type RunRecord } from '#core/run/run'
import { RunConfig } from '#core/run/run-config'
import type { RunEvent } from '#core/run/run-event'
import { browserCommand } from './browser.ts'
import type { Output } from './output.ts'
import { placesOf } from './places.ts'
import { createProgressLine } from './progress-line.ts'

const queued = {
  type: 'runQueued',
  seq: 1,
  at: 0,
  runId: 'r',
  name: 'n',
  config: RunConfig.parse({ scene: '/s', output: '/o' }),
  scene: { path: '/s', framesPath: '/s', name: 's', kind: 'frames', frameCount: 100, width: 8, height: 8 },
  frameIndices: [],
  frameNames: [],
  appVersion: '0',
  buildId: 'b',
} as Extract<RunEvent, { type: 'runQueued' }>

function tell(isTerminal: boolean, stepMs: number, steps: number) {
  const said: string[] = []
  const drawn: string[] = []
  let clock = 0
  const output: Output = { print: () => {}, printJson: () => {}, tell: (text) => void said.push(text), isTerminal, columns: 60 }
  const line = createProgressLine(
    output,
    (text) => void drawn.push(text),
    () => clock,
  )
  let record: RunRecord | undefined
  const show = (event: RunEvent) => {
    record = foldRun(record, event)
    line.show(record, event)
  }
  show(queued)
  show({ type: 'stageStarted', seq: 2, at: 0, stage: 'ssam', total: 100, unit: 'frames', generation: 1 })
  for (let i = 1; i <= steps; i += 1) {
    clock += stepMs
    show({ type: 'stageProgressed', seq: 2 + i, at: clock, stage: 'ssam', done: i, total: 100 })
  }
  return { said, drawn, line, show }
}

describe('progress in the terminal', () => {
  it('is redrawn in one line that fits, with rate and what remains as a range', () => {
    const { said, drawn } = tell(true, 500, 20)
    expect(said).toEqual([])
    expect(drawn.at(-1)).toBe('ssam 20/100 frames · 2.0/s · 36–44 s left')
    expect(drawn.every((text) => !text.includes('\n') && text.length < 60)).toBe(true)
    expect(drawn.filter((text) => text === '\r\u001b[2K')).toHaveLength(20)
  })

  it('is a plain line every few seconds where nothing can be redrawn, so that a log stays short', () => {
    const { said, drawn } = tell(false, 500, 30)
    expect(drawn).toEqual([])
    expect(said).toHaveLength(4)
  })

  it('takes its line away before anything else is said', () => {
    const { said, drawn, show } = tell(true, 500, 3)
    show({ type: 'stageFinished', seq: 99, at: 2000, stage: 'ssam', state: 'succeeded', durationMs: 1500, counts: { candidates: 1234 } })
    expect(drawn.at(-1)).toBe('\r\u001b[2K')
    expect(said).toEqual(['ssam succeeded in 1.5 s, 1,234 candidates'])
  })
})

describe('what the platform decides', () => {
  it('no browser is opened where there is no screen or no opener', () => {
    expect(browserCommand('linux', {}, () => true)).toBeUndefined()
    expect(browserCommand('linux', { DISPLAY: ':0' }, () => false)).toBeUndefined()
    expect(browserCommand('linux', { WAYLAND_DISPLAY: 'w' }, () => true)).toEqual(['xdg-open'])
    expect(browserCommand('darwin', {}, () => false)).toEqual(['open'])
  })

  it('state lies where the platform wants it, and a setting comes first', () => {
    expect(placesOf({}, 'linux', '/h').stateFolder).toBe('/h/.local/state/scenewright')
    expect(placesOf({ XDG_STATE_HOME: '/x' }, 'linux', '/h').stateFolder).toBe('/x/scenewright')
    expect(placesOf({ SCENEWRIGHT_STATE: '/y' }, 'darwin', '/h').stateFolder).toBe('/y')
    expect(placesOf({ SCENEWRIGHT_OUTPUT: '/runs' }, 'linux', '/h').defaultOutput).toBe('/runs')
  })
})
